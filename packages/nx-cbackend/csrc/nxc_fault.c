/* Allocations that fail on command; empty but in a build with NXC_FAULTS.
 *
 * Owns: the count. Who may call: any thread, by the macros of nxc_fault.h; a test arms it.
 */
#include "nxc_fault.h"

#ifdef NXC_FAULTS

#include <stdatomic.h>

static _Atomic int64_t counted, failing;

void nxc_fault_arm(int64_t nth) {
    atomic_store(&counted, 0);
    atomic_store(&failing, nth);
}

int64_t nxc_fault_count(void) { return atomic_load(&counted); }

int nxc_fault(void) { return atomic_fetch_add(&counted, 1) + 1 == atomic_load(&failing); }

#else
typedef int nxc_no_faults; /* ISO C wants a declaration */
#endif
