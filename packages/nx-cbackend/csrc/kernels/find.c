/* Where a value first stands among neighbours.
 *
 * Owns: the family `find`. Who may call: nxc_arg.c, through nxc_active.
 * Invariant: a NaN is found by any NaN, and a zero by either zero.
 */
#include "nxc_loops.h"

#define NXC_BLOCK 64 /* elements compared without a branch */

/* Marks are as wide as the elements, so that the comparisons stay in whole vectors. */
#define NXC_FIND(D, mark)                                                                          \
    static int64_t find_##D(const char *a, int64_t n, const char *value) {                         \
        const nxc_##D *x = (const nxc_##D *)a;                                                     \
        const NXC_C_##D v = *(const nxc_##D *)value;                                               \
        const mark nan = (mark)(v != v ? -1 : 0);                                                  \
        int64_t i = 0;                                                                             \
        for (; i + NXC_BLOCK <= n; i += NXC_BLOCK) {                                               \
            mark any = 0;                                                                          \
            for (int64_t j = i; j < i + NXC_BLOCK; j++)                                            \
                any |= (mark)((x[j] == v ? -1 : 0) | ((x[j] != x[j] ? -1 : 0) & nan));             \
            if (any != 0)                                                                          \
                break;                                                                             \
        }                                                                                          \
        for (; i < n; i++)                                                                         \
            if (x[i] == v || (x[i] != x[i] && nan != 0))                                           \
                return i;                                                                          \
        return -1;                                                                                 \
    }
NXC_FIND(int8, int8_t)
NXC_FIND(int16, int16_t)
NXC_FIND(int32, int32_t)
NXC_FIND(int64, int64_t)
NXC_FIND(uint8, int8_t)
NXC_FIND(uint16, int16_t)
NXC_FIND(uint32, int32_t)
NXC_FIND(uint64, int64_t)
NXC_FIND(float32, int32_t)
NXC_FIND(float64, int64_t)

#define NXC_ENTRY(D) [NXC_DTYPE_##D] = find_##D
const nxc_find_kernels NXC_SYMBOL(nxc_find_kernels) = {
    .at = {NXC_ENTRY(int8), NXC_ENTRY(int16), NXC_ENTRY(int32), NXC_ENTRY(int64), NXC_ENTRY(uint8),
           NXC_ENTRY(uint16), NXC_ENTRY(uint32), NXC_ENTRY(uint64), NXC_ENTRY(float32),
           NXC_ENTRY(float64)}};
