"""One of the servers of OpenStack Swift, or the rings by which they find each other, from a folder of settings.

    serve-swift.py rings FOLDER      writes account, container and object rings: one device each
    serve-swift.py ROLE FOLDER       serves, in the foreground, until it is told to end
"""

import configparser
import os
import sys

STORING = ("account", "container", "object")


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


def serve(role, folder):
    # Told before anything else of Swift is loaded, which would look in /etc/swift.
    from swift.common import storage_policy, utils

    utils.set_swift_dir(folder)
    storage_policy.reload_storage_policies()
    from swift.common.wsgi import run_wsgi

    return run_wsgi(settings_of(folder, role), role + "-server", verbose=False)


if __name__ == "__main__":
    what, where = sys.argv[1:]
    sys.exit(write_rings(where) if what == "rings" else serve(what, where))
