/* The elementwise driver: broadcasting and the walk over strided operands.
 *
 * Owns: the outer loops; a kernel gets one inner row at a time.
 * Who may call: nxc_fast.c, with or without the GIL; no Python is touched here.
 * Invariant: the output is contiguous, so it merges wherever both operands do, and the walk has
 * the fewest axes the layouts allow.
 * Source: the merging of axes is NumPy's nditer's, "coalescing" in its documentation.
 */
#include "nxc_map.h"

int nxc_broadcast(const nxc_buffer *a, const nxc_buffer *x, int64_t *shape) {
    const int ndim = a->ndim > x->ndim ? a->ndim : x->ndim;
    for (int i = 0; i < ndim; i++) {
        const int ia = i - (ndim - a->ndim), ix = i - (ndim - x->ndim);
        const int64_t na = ia < 0 ? 1 : nxc_shape(a)[ia];
        const int64_t nx = ix < 0 ? 1 : nxc_shape(x)[ix];
        if (na != nx && na != 1 && nx != 1)
            return -1 - i;
        shape[i] = na == 1 ? nx : na;
    }
    return ndim;
}

typedef struct {
    int ndim;
    int64_t shape[NXC_MAX_NDIM];
    int64_t sa[NXC_MAX_NDIM];
    int64_t sx[NXC_MAX_NDIM];
} walk;

/* The stride of a broadcast operand along the output's axis: 0 where it is stretched. */
static int64_t stride_at(const nxc_buffer *b, int ndim, int axis) {
    const int own = axis - (ndim - b->ndim);
    return own < 0 || nxc_shape(b)[own] == 1 ? 0 : nxc_strides(b)[own];
}

/* Drops axes of size 1 and merges neighbours that both operands step through evenly. */
static void plan(walk *w, const nxc_buffer *a, const nxc_buffer *x, const nxc_buffer *out) {
    w->ndim = 0;
    for (int i = 0; i < out->ndim; i++) {
        const int64_t n = nxc_shape(out)[i];
        const int64_t sa = stride_at(a, out->ndim, i), sx = stride_at(x, out->ndim, i);
        const int last = w->ndim - 1;
        if (n == 1)
            continue;
        if (last >= 0 && w->sa[last] == n * sa && w->sx[last] == n * sx) {
            w->shape[last] *= n;
            w->sa[last] = sa;
            w->sx[last] = sx;
        } else {
            w->shape[w->ndim] = n;
            w->sa[w->ndim] = sa;
            w->sx[w->ndim++] = sx;
        }
    }
}

void nxc_map(nxc_map_kernel kernel, const nxc_buffer *a, const nxc_buffer *x, nxc_buffer *out) {
    walk w;
    int64_t at[NXC_MAX_NDIM] = {0};
    const char *pa = a->data, *px = x->data;
    char *po = out->data;
    if (out->size == 0)
        return;
    plan(&w, a, x, out);
    const int inner = w.ndim - 1;
    const int64_t n = inner < 0 ? 1 : w.shape[inner];
    const int64_t sa = inner < 0 ? 0 : w.sa[inner], sx = inner < 0 ? 0 : w.sx[inner];
    for (;;) {
        int axis = inner - 1;
        kernel(po, pa, sa, px, sx, n);
        po += n * nxc_dtypes[out->dtype].itemsize;
        for (; axis >= 0; axis--) {
            pa += w.sa[axis];
            px += w.sx[axis];
            if (++at[axis] < w.shape[axis])
                break;
            pa -= w.sa[axis] * w.shape[axis];
            px -= w.sx[axis] * w.shape[axis];
            at[axis] = 0;
        }
        if (axis < 0)
            return;
    }
}
