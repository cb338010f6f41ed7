/* Which instruction set's kernels run.
 *
 * Owns: nxc_active, the table the drivers call through.
 * Who may call: nx_cbackend/_native.py, once, at import, before any kernel runs; it reads NX_CPU
 * and words the errors.
 * Invariant: nxc_active is never NULL, and is not written after import.
 */
#include "nxc_cpu.h"

#include "nxc_kernels.h"

#define NXC_DECLARE_AS(family, isa)                                                                \
    extern const nxc_##family##_kernels nxc_##family##_kernels_##isa;
#define NXC_TABLE_AS(family, isa) .family = &nxc_##family##_kernels_##isa,

#define NXC_ROW(family) NXC_DECLARE_AS(family, baseline)
NXC_FAMILIES(NXC_ROW)
#undef NXC_ROW
#if NXC_X86
#define NXC_ROW(family) NXC_DECLARE_AS(family, avx2)
NXC_FAMILIES(NXC_ROW)
#undef NXC_ROW
#endif

#define NXC_ROW(family) NXC_TABLE_AS(family, baseline)
static const nxc_kernels baseline = {.name = "baseline", NXC_FAMILIES(NXC_ROW)};
#undef NXC_ROW
#if NXC_X86
#define NXC_ROW(family) NXC_TABLE_AS(family, avx2)
static const nxc_kernels avx2 = {.name = "avx2", NXC_FAMILIES(NXC_ROW)};
#undef NXC_ROW
#endif

const nxc_kernels *nxc_active = &baseline;

static const nxc_kernels *const tables[] = {
#define NXC_ROW(name, supported) &name,
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
