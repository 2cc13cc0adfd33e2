"""What a program does to its own interpreter: a warm one must not carry it over to the next run."""

from __future__ import annotations

from verisieve.sandboxes.trials import Trial, any_end, done

_PATCHED = """
import builtins, collections, io, json, math, os, random, re, string, sys, threading, time, typing
modules = [builtins, collections, io, json, math, os, random, re, string, sys, threading, time, typing]
if any(hasattr(module, "left") for module in modules) or "left" in sys.modules or "/left" in sys.path:
    print("REACH")
for module in modules:
    module.left = 1
sys.modules["left"] = sys.modules["json"] = None
sys.path.insert(0, "/left")
math.floor = math.sqrt = len = lambda *_: 42
builtins.print, said = (lambda *_: None), print
builtins.open = builtins.len = builtins.isinstance = lambda *_: 42
said("done", file=sys.__stdout__)
"""

_POKED = """
import ctypes, gc, sys
if 2 + 2 != 4 or (lambda: 7)() != 7 or gc.get_threshold()[0] != 700:
    print("REACH")
gc.set_threshold(1)
gc.freeze()
gc.disable()
ctypes.memset(id(5) + 24, 6, 1)  # five is six
ctypes.c_ssize_t.from_address(id(None)).value = 1 << 40
sys.setrecursionlimit(50)
sys.setswitchinterval(100)
sys.stdout.write("done")
sys.stdout.flush()
"""

_WRECKED = """
import ctypes, os
for address in range(id(object), id(object) + 400, 8):
    ctypes.memset(address, 0x41, 8)
"""

_TRACED = """
import sys, threading
sys.settrace(lambda *_: None)
sys.setprofile(lambda *_: None)
threading.settrace(lambda *_: None)
sys.excepthook = sys.unraisablehook = sys.displayhook = lambda *_: None
sys.stdout = sys.stderr = sys.stdin = sys.__stdout__ = None
import os
os.write(1, b"done")
os._exit(0)
"""

_FINALIZERS = """
import atexit, threading
class Sticky:
    def __del__(self):
        sticky.append(Sticky())
sticky = [Sticky()]
def again():
    atexit.register(again)
    threading.Timer(1000, again).start()
atexit.register(again)
threading.excepthook = threading._shutdown = None
"""

_SEEDS = """
import os, random, uuid
if os.path.exists("/tmp/seed") or random.getstate()[1][-1] < 0:
    print("REACH")
random.seed(7)
print("done")
"""

TRIALS = (
    Trial("patched modules stay in their run", _PATCHED, done, times=2),
    Trial("poked numbers and collectors stay in their run", _POKED, done, times=2),
    Trial("a wrecked interpreter hurts its own run only", _WRECKED, any_end),
    Trial("tracing and missing streams stay in their run", _TRACED, done, times=2),
    Trial("exit functions that register again end at a limit", _FINALIZERS, any_end),
    Trial("a fixed seed stays in its run", _SEEDS, done, times=2),
)
