"""The HTTP endpoint: the front door for other processes, on a socket.

A server library has the sockets; what it hands over is answered on its threads, but for what only the test's
own thread may do.
"""
