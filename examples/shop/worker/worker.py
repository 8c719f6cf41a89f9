import os
import time

OUTBOX = os.environ.get("OUTBOX", "/srv/outbox")

while True:
    os.makedirs(OUTBOX, exist_ok=True)
    with open(os.path.join(OUTBOX, "heartbeat"), "w") as heartbeat:
        heartbeat.write(str(time.time()))
    time.sleep(30)
