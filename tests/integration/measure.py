"""Runs a command and reports what it took. Started as a process of its own because of the peak memory that wait4(2) tells: a new
process begins with the peak of the one that made it, and a test process is larger than what is measured.

usage: measure.py REPORT-FD COMMAND...     writes the process id, then exit status and peak memory in KiB
"""
import os
import sys

report = int(sys.argv[1])
os.set_inheritable(report, False)
process = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
os.write(report, f"{process}\n".encode())
_, status, usage = os.wait4(process, 0)
os.write(report, f"{os.waitstatus_to_exitcode(status)} {usage.ru_maxrss}\n".encode())
