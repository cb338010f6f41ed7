/* Allocations that fail on command, in a build for tests only; see nxc_fault.c.
 *
 * Owns: the two macros. NXC_FAULT() is whether an allocation of memory must fail; NXC_TRY(call) is
 * a call that makes a Python object, or NULL with MemoryError set. Elsewhere they cost nothing.
 */
#ifndef NXC_FAULT_H
#define NXC_FAULT_H

#ifdef NXC_FAULTS

#include <stdint.h>

/* The nth allocation from now on fails, and no other; 0 for none. */
void nxc_fault_arm(int64_t nth);

/* How many there were since. */
int64_t nxc_fault_count(void);

/* Counts one; whether it must fail. */
int nxc_fault(void);

#define NXC_FAULT() nxc_fault()
#define NXC_TRY(call) (nxc_fault() ? PyErr_NoMemory() : (call))
#else
#define NXC_FAULT() 0
#define NXC_TRY(call) (call)
#endif

#endif
