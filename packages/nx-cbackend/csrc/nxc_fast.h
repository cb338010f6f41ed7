/* The functions Python calls without cffi between; see nxc_fast.c. */
#ifndef NXC_FAST_H
#define NXC_FAST_H

#include <stdint.h>

/* Fills the dict at this address; 0, or -1 when the interpreter ran out of memory. */
int nxc_hand_over(uintptr_t dict);

#endif
