/* The choice of an instruction set; see nxc_cpu.c. Python calls these through cffi. */
#ifndef NXC_CPU_H
#define NXC_CPU_H

int nxc_cpu_count(void);
const char *nxc_cpu_name(int index);
int nxc_cpu_supported(int index);
void nxc_cpu_use(int index);
const char *nxc_cpu_active(void);

#endif
