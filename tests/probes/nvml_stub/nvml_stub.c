/* A stand-in for libnvidia-ml.so.1 that answers from a scene file, read anew at every call.
 *
 * Lines: "count=1", "driver=...", "INDEX.FUNCTION[.ARGUMENT]=VALUES"; "!CODE" is a return code and
 * an absent line means NVML_ERROR_NOT_SUPPORTED. The file's path is in RIDGELINE_NVML_SCENE.
 * Compiled with OLD_DRIVER it lacks the functions that old drivers lack.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOT_SUPPORTED 3
#define NOT_FOUND 6
#define TOO_SMALL 7
#define TIMED_OUT 10

typedef unsigned int u32;
typedef unsigned long long u64;
typedef struct { int index; } device_t;
typedef struct { u64 total, free, used; } memory_t;
typedef struct { u32 version; u64 total, reserved, free, used; } memory2_t;
typedef struct { u32 gpu, memory; } use_t;
typedef struct { char old[16]; u32 domain, bus, device, id, subsystem; char bus_id[32]; } pci_t;
typedef struct { u32 pid; u64 used; u32 gi, ci; } process_t;
typedef struct { u32 field, scope; long long at, latency; u32 type, ret; u64 value; } field_t;
typedef struct { unsigned char cluster[16]; u32 status, clique; unsigned char state; } fabric_t;
typedef struct { device_t *device; u64 type, data; u32 gi, ci; } event_t;

static device_t devices[8];

/* Copy the value of "key" into "out"; 0 when there is one, else the code to return. */
static int lookup(const char *key, char *out, size_t size) {
    const char *path = getenv("RIDGELINE_NVML_SCENE");
    FILE *file = path ? fopen(path, "r") : NULL;
    size_t length = strlen(key);
    char line[512];
    int code = NOT_SUPPORTED;
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, key, length) || line[length] != '=') continue;
        line[strcspn(line, "\n")] = 0;
        code = line[length + 1] == '!' ? atoi(line + length + 2) : 0;
        snprintf(out, size, "%s", line + length + 1);
    }
    if (file) fclose(file);
    return code;
}

/* The numbers of INDEX.FUNCTION[.ARGUMENT]; a negative argument means none. */
static int numbers(device_t *d, const char *function, long argument, u64 *out, int count) {
    char key[128], text[400], *cursor = text;
    if (argument < 0) snprintf(key, sizeof key, "%d.%s", d->index, function);
    else snprintf(key, sizeof key, "%d.%s.%ld", d->index, function, argument);
    int code = lookup(key, text, sizeof text);
    for (int i = 0; i < count && !code; i++) out[i] = strtoull(cursor, &cursor, 0);
    return code;
}

static int text_of(device_t *d, const char *function, char *out, u32 size) {
    char key[128];
    snprintf(key, sizeof key, "%d.%s", d->index, function);
    return lookup(key, out, size);
}

#define ONE(name) int name(device_t *d, u32 *out) { \
    u64 v; int code = numbers(d, #name, -1, &v, 1); if (!code) *out = (u32)v; return code; }
#define ONE_WIDE(name) int name(device_t *d, u64 *out) { \
    return numbers(d, #name, -1, out, 1); }
#define TWO(name) int name(device_t *d, u32 *a, u32 *b) { \
    u64 v[2]; int code = numbers(d, #name, -1, v, 2); \
    if (!code) { *a = (u32)v[0]; *b = (u32)v[1]; } return code; }
#define INDEXED(name) int name(device_t *d, u32 which, u32 *out) { \
    u64 v; int code = numbers(d, #name, which, &v, 1); if (!code) *out = (u32)v; return code; }
#define TEXT(name) int name(device_t *d, char *out, u32 size) { return text_of(d, #name, out, size); }

ONE(nvmlDeviceGetPowerUsage)
ONE(nvmlDeviceGetEnforcedPowerLimit)
ONE(nvmlDeviceGetPowerManagementDefaultLimit)
ONE(nvmlDeviceGetCurrPcieLinkGeneration)
ONE(nvmlDeviceGetCurrPcieLinkWidth)
ONE(nvmlDeviceGetMaxPcieLinkGeneration)
ONE(nvmlDeviceGetMaxPcieLinkWidth)
ONE(nvmlDeviceGetPcieReplayCounter)
TWO(nvmlDeviceGetEccMode)
TWO(nvmlDeviceGetMigMode)
TWO(nvmlDeviceGetCudaComputeCapability)
INDEXED(nvmlDeviceGetClockInfo)
INDEXED(nvmlDeviceGetMaxClockInfo)
INDEXED(nvmlDeviceGetTemperature)
INDEXED(nvmlDeviceGetTemperatureThreshold)
INDEXED(nvmlDeviceGetNvLinkState)
TEXT(nvmlDeviceGetName)
TEXT(nvmlDeviceGetUUID)
TEXT(nvmlDeviceGetSerial)
TEXT(nvmlDeviceGetVbiosVersion)
ONE_WIDE(nvmlDeviceGetCurrentClocksThrottleReasons)
#ifndef OLD_DRIVER
ONE_WIDE(nvmlDeviceGetCurrentClocksEventReasons)
ONE(nvmlDeviceGetGpuMaxPcieLinkGeneration)
ONE(nvmlDeviceGetVirtualizationMode)
ONE(nvmlDeviceGetRetiredPagesPendingStatus)
ONE_WIDE(nvmlDeviceGetTotalEnergyConsumption)

/* Only the state is played: cluster and status stay as they are. */
int nvmlDeviceGetGpuFabricInfo(device_t *d, fabric_t *out) {
    u64 v;
    int code = numbers(d, "nvmlDeviceGetGpuFabricInfo", -1, &v, 1);
    if (!code) out->state = (unsigned char)v;
    return code;
}

/* A structure with its version first. */
int nvmlDeviceGetMarginTemperature(device_t *d, u32 *out) {
    u64 v;
    int code = numbers(d, "nvmlDeviceGetMarginTemperature", -1, &v, 1);
    if (!code) out[1] = (u32)v;
    return code;
}

int nvmlDeviceGetRemappedRows(device_t *d, u32 *a, u32 *b, u32 *c, u32 *e) {
    u64 v[4];
    int code = numbers(d, "nvmlDeviceGetRemappedRows", -1, v, 4);
    if (!code) { *a = v[0]; *b = v[1]; *c = v[2]; *e = v[3]; }
    return code;
}

int nvmlDeviceGetMemoryInfo_v2(device_t *d, memory2_t *out) {
    u64 v[3];
    int code = numbers(d, "nvmlDeviceGetMemoryInfo", -1, v, 3);
    if (!code) { out->total = v[0]; out->free = v[1]; out->used = v[2]; out->reserved = 0; }
    return code;
}
#endif

int nvmlInit_v2(void) { return 0; }
int nvmlInitWithFlags(u32 flags) { (void)flags; return 0; }
int nvmlShutdown(void) { return 0; }
const char *nvmlErrorString(int code) { (void)code; return "an answer of the scene"; }
int nvmlSystemGetDriverVersion(char *out, u32 size) { return lookup("driver", out, size); }

int nvmlDeviceGetCount_v2(u32 *out) {
    char text[32];
    int code = lookup("count", text, sizeof text);
    if (!code) *out = (u32)atoi(text);
    return code;
}

int nvmlDeviceGetHandleByIndex_v2(u32 index, device_t **out) {
    if (index >= 8) return NOT_FOUND;
    devices[index].index = (int)index;
    *out = &devices[index];
    return 0;
}

int nvmlDeviceGetHandleByUUID(const char *uuid, device_t **out) {
    char text[96];
    for (u32 i = 0; i < 8; i++) {
        nvmlDeviceGetHandleByIndex_v2(i, out);
        if (!nvmlDeviceGetUUID(*out, text, sizeof text) && !strcmp(text, uuid)) return 0;
    }
    return NOT_FOUND;
}

int nvmlDeviceGetPciInfo_v3(device_t *d, pci_t *out) {
    u64 v[3];
    int code = numbers(d, "nvmlDeviceGetPciInfo", -1, v, 3);
    if (code) return code;
    memset(out, 0, sizeof *out);
    out->id = (u32)v[0], out->subsystem = (u32)v[1], out->bus = (u32)v[2];
    snprintf(out->bus_id, sizeof out->bus_id, "00000000:%02X:00.0", out->bus);
    return 0;
}

int nvmlDeviceGetMemoryInfo(device_t *d, memory_t *out) {
    return numbers(d, "nvmlDeviceGetMemoryInfo", -1, (u64 *)out, 3);
}

int nvmlDeviceGetUtilizationRates(device_t *d, use_t *out) {
    u64 v[2];
    int code = numbers(d, "nvmlDeviceGetUtilizationRates", -1, v, 2);
    if (!code) out->gpu = (u32)v[0], out->memory = (u32)v[1];
    return code;
}

int nvmlDeviceGetTotalEccErrors(device_t *d, u32 kind, u32 counter, u64 *out) {
    (void)kind;
    return numbers(d, "nvmlDeviceGetTotalEccErrors", counter, out, 1);
}

/* Two calls: the first, without room, tells how many there are. */
static int running(device_t *d, const char *function, u32 *count, process_t *out) {
    u64 found;
    int code = numbers(d, function, -1, &found, 1);
    if (code) return code;
    if (found > *count) { *count = (u32)found; return TOO_SMALL; }
    *count = (u32)found;
    for (u32 i = 0; i < *count && out; i++) out[i] = (process_t){4000 + i, 1 << 20, 0, 0};
    return 0;
}

int nvmlDeviceGetComputeRunningProcesses_v3(device_t *d, u32 *count, process_t *out) {
    return running(d, "nvmlDeviceGetComputeRunningProcesses", count, out);
}

int nvmlDeviceGetMPSComputeRunningProcesses_v3(device_t *d, u32 *count, process_t *out) {
    return running(d, "nvmlDeviceGetMPSComputeRunningProcesses", count, out);
}

int nvmlDeviceGetFieldValues(device_t *d, int count, field_t *out) {
    for (int i = 0; i < count; i++)
        out[i].ret = (u32)numbers(d, "nvmlDeviceGetFieldValues", out[i].field, &out[i].value, 1);
    return 0;
}

/* One total per link, told as the first kind of error; the other kinds are zero. */
int nvmlDeviceGetNvLinkErrorCounter(device_t *d, u32 link, u32 kind, u64 *out) {
    int code = numbers(d, "nvmlDeviceGetNvLinkErrorCounter", link, out, 1);
    if (!code && kind) *out = 0;
    return code;
}

int nvmlEventSetCreate(device_t **out) { *out = NULL; return 0; }
int nvmlEventSetFree(device_t *set) { (void)set; return 0; }
int nvmlDeviceRegisterEvents(device_t *d, u64 kinds, void *set) { (void)d, (void)kinds, (void)set; return 0; }

/* "0.xid=79" is reported once by each process, then the wait times out. */
int nvmlEventSetWait_v2(void *set, event_t *out, u32 timeout) {
    static u64 told;
    u64 xid;
    (void)set, (void)timeout;
    devices[0].index = 0;
    if (numbers(&devices[0], "xid", -1, &xid, 1) || xid == told) return TIMED_OUT;
    *out = (event_t){&devices[0], 8, xid, 0, 0};
    told = xid;
    return 0;
}
