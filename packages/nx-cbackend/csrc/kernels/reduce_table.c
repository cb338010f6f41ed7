/* The table of folds: what NXC_FOLDS says there is.
 *
 * Owns: the family `reduce` of this instruction set.
 * Who may call: the reduction driver, through nxc_active.
 */
#include "nxc_loops.h"

#define NXC_DECLARE(name, D) extern const nxc_fold NXC_SYMBOL(nxc_fold_##name##_##D);
#define NXC_ROW(name, dtypes) NXC_FOR_##dtypes(NXC_DECLARE, name)
NXC_FOLDS(NXC_ROW)
#undef NXC_ROW

#define NXC_ENTRY(name, D) [NXC_DTYPE_##D] = &NXC_SYMBOL(nxc_fold_##name##_##D),
#define NXC_ROW(name, dtypes) [NXC_FOLD_##name] = {NXC_FOR_##dtypes(NXC_ENTRY, name)},
const nxc_reduce_kernels NXC_SYMBOL(nxc_reduce_kernels) = {.at = {NXC_FOLDS(NXC_ROW)}};
