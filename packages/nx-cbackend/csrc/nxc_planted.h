/* Faults on command, for the sanitizers to find, in a build for tests only; see nxc_planted.c. */
#ifndef NXC_PLANTED_H
#define NXC_PLANTED_H

#include <stdint.h>

/* Does what it is named for: one of nxc_planted.c's names. 0, or -1 for an unknown name. */
int64_t nxc_planted(const char *name);

#endif
