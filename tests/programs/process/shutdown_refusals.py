"""What a finalizer may not do any more: start threads, fork, wait for threads that never run again."""
import os
import subprocess
import sys
import threading
import time


def forever():
    while True:
        time.sleep(0.01)


class AtTheEnd:
    def __init__(self, finished, running):
        self.finished, self.running = finished, running
        self.start, self.fork, self.run = threading.Thread, (os.fork, os.forkpty), subprocess.run

    def attempt(self, name, function):
        try:
            print(name, function(), flush=True)
        except Exception as error:
            print(name, type(error).__name__, error, flush=True)

    def __del__(self):
        self.attempt("start", self.start(target=print).start)
        for fork in self.fork:
            self.attempt("fork", fork)
        self.attempt("preexec_fn", lambda: self.run(["/bin/true"], preexec_fn=print))
        self.attempt("run", lambda: self.run(["/bin/true"]).returncode)
        self.attempt("join a daemon", self.running.join)
        self.attempt("join a finished thread", self.finished.join)
        self.attempt("join with a timeout", lambda: self.running.join(0.01))
        print(self.running.is_alive(), self.finished.is_alive(), flush=True)


finished = threading.Thread(target=int, daemon=True)
finished.start()
time.sleep(0.1)
running = threading.Thread(target=forever, daemon=True)
running.start()
sys.ps1 = AtTheEnd(finished, running)  # one of the first things to go
