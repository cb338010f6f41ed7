/* Walks over some of a buffer's axes.
 *
 * Owns: the sorting and merging of axes, and the copying of elements side by side.
 * Who may call: drivers, from any thread.
 * Invariant: an axis of length 1 is left out; neighbours that one step passes through are one.
 * Source: "coalescing" in the documentation of NumPy's nditer.
 */
#include "nxc_axes.h"

#include <string.h>

void nxc_sort_axes(const nxc_buffer *a, int *axes, int n) {
    const int64_t *strides = nxc_strides(a);
    for (int i = 1; i < n; i++) {
        const int axis = axes[i];
        int j = i;
        for (; j > 0 && nxc_magnitude(strides[axes[j - 1]]) < nxc_magnitude(strides[axis]); j--)
            axes[j] = axes[j - 1];
        axes[j] = axis;
    }
}

void nxc_take_axes(nxc_axes *to, const nxc_buffer *a, const int *axes, int n) {
    to->ndim = 0;
    for (int i = 0; i < n; i++) {
        const int64_t length = nxc_shape(a)[axes[i]], step = nxc_strides(a)[axes[i]];
        const int last = to->ndim - 1;
        if (length == 1)
            continue;
        if (last >= 0 && to->step[last] == length * step) {
            to->shape[last] *= length;
            to->step[last] = step;
            continue;
        }
        to->shape[to->ndim] = length;
        to->step[to->ndim++] = step;
    }
    if (to->ndim == 0) {
        to->shape[0] = 1;
        to->step[0] = nxc_dtypes[a->dtype].itemsize;
        to->ndim = 1;
    }
}

const char *nxc_unflip(nxc_axes *axes, const char *data) {
    for (int i = 0; i < axes->ndim; i++)
        if (axes->step[i] < 0 && axes->shape[i] > 0) {
            data += (axes->shape[i] - 1) * axes->step[i];
            axes->step[i] = -axes->step[i];
        }
    return data;
}

int64_t nxc_count(const nxc_axes *axes) {
    int64_t count = 1;
    for (int i = 0; i < axes->ndim; i++)
        count *= axes->shape[i];
    return count;
}

void nxc_walk_start(const nxc_axes *axes, nxc_walk *walk, const char *data, int64_t element) {
    const int last = axes->ndim - 1;
    walk->row = data;
    walk->column = element;
    if (element >= axes->shape[last] && axes->shape[last] > 0) {
        walk->column = element % axes->shape[last];
        element /= axes->shape[last];
    } else {
        element = 0;
    }
    for (int i = last - 1; i >= 0; i--) {
        walk->at[i] = element == 0 ? 0 : element % axes->shape[i];
        element = element == 0 ? 0 : element / axes->shape[i];
        walk->row += walk->at[i] * axes->step[i];
    }
}

void nxc_walk_on(const nxc_axes *axes, nxc_walk *walk, int64_t n) {
    const int last = axes->ndim - 1;
    walk->column += n;
    if (walk->column < axes->shape[last])
        return;
    walk->column = 0;
    for (int i = last - 1; i >= 0; i--) {
        walk->row += axes->step[i];
        if (++walk->at[i] < axes->shape[i])
            return;
        walk->row -= axes->step[i] * axes->shape[i];
        walk->at[i] = 0;
    }
}

typedef uint8_t __attribute__((may_alias)) element1;
typedef uint16_t __attribute__((aligned(1), may_alias)) element2;
typedef uint32_t __attribute__((aligned(1), may_alias)) element4;
typedef uint64_t __attribute__((aligned(1), may_alias)) element8;
typedef struct __attribute__((packed, may_alias)) {
    uint64_t half[2];
} element16;

#define NXC_PACK(T)                                                                                \
    for (int64_t i = 0; i < n; i++)                                                                \
    ((T *)(void *)to)[i] = *(const T *)(const void *)(from + i * step)

void nxc_pack(char *to, const char *from, int64_t step, int64_t size, int64_t n) {
    if (step == size)
        memcpy(to, from, (size_t)(n * size));
    else if (size == 1)
        NXC_PACK(element1);
    else if (size == 2)
        NXC_PACK(element2);
    else if (size == 4)
        NXC_PACK(element4);
    else if (size == 8)
        NXC_PACK(element8);
    else
        NXC_PACK(element16);
}

void nxc_walk_pack(const nxc_axes *axes, nxc_walk *walk, char *to, int64_t size, int64_t n) {
    const int64_t step = nxc_row_step(axes);
    while (n > 0) {
        const int64_t left = nxc_row_length(axes) - walk->column;
        const int64_t m = n < left ? n : left;
        nxc_pack(to, nxc_walk_at(axes, walk), step, size, m);
        nxc_walk_on(axes, walk, m);
        to += m * size;
        n -= m;
    }
}

void nxc_place_axes(const nxc_buffer *a, const int *kept, int count, const int *axes, int n,
                    int64_t inner, int *order) {
    int i = count;
    for (int64_t done = 1; i > 0 && done < inner; i--)
        done *= nxc_shape(a)[kept[i - 1]];
    memcpy(order, kept, (size_t)i * sizeof *order);
    memcpy(order + i, axes, (size_t)n * sizeof *order);
    memcpy(order + i + n, kept + i, (size_t)(count - i) * sizeof *order);
}
