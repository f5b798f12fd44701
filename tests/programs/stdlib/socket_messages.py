"""Messages in pieces, with descriptors beside them."""
import array
import os
import socket
import struct

a, b = socket.socketpair()
print(a.sendmsg([b"one", bytearray(b"two"), memoryview(b"three")]))
print(b.recvmsg(6), b.recvmsg(100))
read, write = os.pipe()
print(a.sendmsg((b"x",), [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [write, read]))]))
data, beside, flags, address = b.recvmsg(10, socket.CMSG_SPACE(8))
print(data, len(beside), flags & ~socket.MSG_CMSG_CLOEXEC, address)
level, kind, packed = beside[0]
print(level == socket.SOL_SOCKET, kind == socket.SCM_RIGHTS, len(packed))
w, r = struct.unpack("ii", packed)
os.write(w, b"through the descriptors")
print(os.read(r, 100), os.fstat(w).st_ino == os.fstat(write).st_ino)
socket.send_fds(a, [b"fds"], [read, write])
data, fds, flags, address = socket.recv_fds(b, 10, 2)
print(data, len(fds), flags & ~socket.MSG_CMSG_CLOEXEC)
a.sendmsg([b"y"], [[socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", read)]])
into = bytearray(3), bytearray(3)
a.send(b"12345678")
print(b.recvmsg_into(into), into)
print(b.recvmsg(100, 4)[1:3])

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
print(client.sendmsg([b"to ", b"you"], [], 0, server.getsockname()))
data, beside, flags, address = server.recvmsg(3)
print(data, beside, flags == socket.MSG_TRUNC, address[0])
server.settimeout(0.01)
for attempt in (
    lambda: server.recvmsg(1), lambda: a.sendmsg(1), lambda: a.sendmsg(["x"]), lambda: a.sendmsg([b"x"], 1),
    lambda: a.sendmsg([b"x"], [1]), lambda: a.sendmsg([b"x"], [(1, 2)]), lambda: a.sendmsg([b"x"], [(1, "2", b"")]),
    lambda: a.sendmsg([b"x"], None), lambda: b.recvmsg(-1), lambda: b.recvmsg(1, -1), lambda: b.recvmsg_into(1),
    lambda: b.recvmsg_into([b"x"]), lambda: b.recvmsg_into([1]), lambda: a.sendmsg(), lambda: b.recvmsg(),
    lambda: socket.CMSG_LEN(-1), lambda: socket.CMSG_SPACE(2**31), lambda: socket.CMSG_LEN("a"),
    lambda: socket.CMSG_LEN(10**30), lambda: [socket.CMSG_LEN(n) for n in range(4)], lambda: socket.CMSG_SPACE(9),
):
    try:
        print(attempt())
    except Exception as error:
        print(type(error).__name__, error)
