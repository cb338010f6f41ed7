/* The kernels for what every machine of the architecture has (SSE2 on x86-64, NEON on Arm).
 *
 * Owns: nxc_kernels_baseline. Who may call: nxc_cpu.c and, through nxc_active, the drivers.
 */
#define NXC_TABLE baseline
#include "nxc_kernels.inc"
