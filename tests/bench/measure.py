"""CPU time and peak memory of one process, as the kernel accounts them. Used by compare and bounded_memory.py."""
import ctypes
import os
import subprocess

PR_SET_CHILD_SUBREAPER = 36


def run(command, output):
    """Runs a command with its output in a file; gives CPU seconds (user and system) and KiB of peak memory.

    The peak that wait4() reports includes that of the process which forked, so a small shell forks here, and the orphan it leaves
    behind is waited for. Output goes to a file because grep stops at its first match when it writes to /dev/null."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with open(output, "wb") as out:
        subprocess.run(["sh", "-c", '"$@" &', "sh", *command], stdout=out, stderr=subprocess.DEVNULL, check=True,
                       env={**os.environ, "LC_ALL": "C"})
        _, status, usage = os.wait4(-1, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss
