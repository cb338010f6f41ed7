/* The kernels for x86-64 with AVX2 and FMA.
 *
 * Owns: nxc_kernels_avx2. Who may call: nxc_cpu.c and, through nxc_active, the drivers.
 * Invariant: nothing here runs before nxc_cpu_supported said yes; system headers come before the
 * target, so that no library inline is compiled for it.
 */
#include "nxc_kernels.h"

#if NXC_X86
#include <math.h>
#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

#define NXC_TABLE avx2
#include "nxc_kernels.inc"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
