"""The servers of OpenStack Swift, or the rings by which they find each other, from a folder of settings.

    serve-swift.py rings FOLDER      writes account, container and object rings: one device each
    serve-swift.py serve FOLDER      serves, in the foreground, until it is killed
"""

import configparser
import ctypes
import gc
import importlib
import os
import signal
import sys

STORING = ("account", "container", "object")
MODULES = ("swift.account.server", "swift.container.server", "swift.obj.server", "swift.proxy.server")


def settings_of(folder, role):
    return os.path.join(folder, role + "-server.conf")


def write_rings(folder):
    from swift.common.ring import RingBuilder

    for role in STORING:
        parser = configparser.ConfigParser()
        parser.read(settings_of(folder, role))
        address = {"ip": "127.0.0.1", "port": parser.getint("DEFAULT", "bind_port")}
        replication = {"replication_" + name: value for name, value in address.items()}
        # 16 partitions, one replica, no pause between changes.
        builder = RingBuilder(4, 1, 0)
        builder.add_dev({"region": 1, "zone": 1, "weight": 1, "device": "disk", **address, **replication})
        builder.rebalance()
        builder.get_ring().save(os.path.join(folder, role + ".ring.gz"))


def end_with_parent():
    # Each leaves the process group.
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def serve(folder):
    # Told before anything else of Swift is loaded, which would look in /etc/swift.
    from swift.common import storage_policy, utils

    utils.set_swift_dir(folder)
    storage_policy.reload_storage_policies()
    from swift.common.wsgi import run_wsgi

    # What takes long is done once, for all who are forked: patching looks at every object there is.
    utils.monkey_patch()
    for module in MODULES:
        importlib.import_module(module)
    gc.freeze()
    for role in STORING + ("proxy",):
        if os.fork() == 0:
            end_with_parent()
            return run_wsgi(settings_of(folder, role), role + "-server", verbose=False)
    # None of them ends by itself.
    os.wait()
    return 1


if __name__ == "__main__":
    what, where = sys.argv[1:]
    sys.exit(write_rings(where) if what == "rings" else serve(where))
