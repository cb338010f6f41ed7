/* The table of elementwise loops: what nxc_ops.h says there is.
 *
 * Owns: the family `map` of this instruction set.
 * Who may call: the elementwise driver, through nxc_active.
 */
#include "nxc_loops.h"

#define NXC_DECLARE(name, D) int NXC_LOOP(name, D)(NXC_ARGUMENTS);
#define NXC_ROW(name, arity, dtypes, result) NXC_FOR_##dtypes(NXC_DECLARE, name)
NXC_OPS(NXC_ROW)
#undef NXC_ROW

#define NXC_ENTRY(name, D) [NXC_DTYPE_##D] = NXC_LOOP(name, D),
#define NXC_ROW(name, arity, dtypes, result) [NXC_OP_##name] = {NXC_FOR_##dtypes(NXC_ENTRY, name)},
const nxc_map_kernels NXC_SYMBOL(nxc_map_kernels) = {.at = {NXC_OPS(NXC_ROW)}};
