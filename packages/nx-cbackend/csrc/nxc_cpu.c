/* Which instruction set's kernels run.
 *
 * Owns: nxc_active, the table the drivers call through.
 * Who may call: nx_cbackend/_native.py, once, at import, before any kernel runs; it reads NX_CPU
 * and words the errors.
 * Invariant: nxc_active is never NULL, and is not written after import.
 */
#include "nxc_cpu.h"

#include "nxc_kernels.h"

const nxc_kernels *nxc_active = &nxc_kernels_baseline;

static const nxc_kernels *const tables[] = {
#define NXC_ROW(name, supported) &nxc_kernels_##name,
    NXC_ISAS(NXC_ROW)
#undef NXC_ROW
};

int nxc_cpu_count(void) { return (int)(sizeof tables / sizeof *tables); }

const char *nxc_cpu_name(int index) { return tables[index]->name; }

int nxc_cpu_supported(int index) {
#if NXC_X86
    __builtin_cpu_init();
#endif
#define NXC_ROW(name, supported) (supported) ? 1 : 0,
    const int answers[] = {NXC_ISAS(NXC_ROW)};
#undef NXC_ROW
    return answers[index];
}

void nxc_cpu_use(int index) { nxc_active = tables[index]; }

const char *nxc_cpu_active(void) { return nxc_active->name; }
