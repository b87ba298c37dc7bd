"""One person who uses matrix-nio, driven by lines of JSON: commands come in, what happens goes out.

usage: nio_person.py BASE_URL USER_ID STORE_FOLDER    (the password is the first line of the input)
"""

import asyncio
import json
import sys

from nio import (
    AsyncClient,
    AsyncClientConfig,
    InviteMemberEvent,
    LoginResponse,
    MegolmEvent,
    RoomMessageText,
)


def tell(**fact):
    print(json.dumps(fact), flush=True)


async def read_line(reader):
    return (await reader.readline()).decode().strip()


async def main():
    base_url, user_id, store = sys.argv[1:4]
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=False)
    client = AsyncClient(base_url, user_id, store_path=store, config=config)
    login = await client.login(await read_line(reader), device_name="nio")
    if not isinstance(login, LoginResponse):
        raise SystemExit(f"no login: {login}")
    tell(kind="login", device_id=client.device_id)

    async def on_invite(room, event):
        if event.state_key == user_id and event.membership == "invite":
            await client.join(room.room_id)

    def on_text(room, event):
        tell(
            kind="message",
            room_id=room.room_id,
            event_id=event.event_id,
            sender=event.sender,
            body=event.body,
            decrypted=event.decrypted,
        )

    def on_unreadable(room, event):
        tell(kind="unreadable", room_id=room.room_id, event_id=event.event_id)

    client.add_event_callback(on_invite, InviteMemberEvent)
    client.add_event_callback(on_text, RoomMessageText)
    client.add_event_callback(on_unreadable, MegolmEvent)
    syncing = asyncio.create_task(client.sync_forever(timeout=2000, full_state=True))
    while line := await read_line(reader):
        command = json.loads(line)
        sent = await client.room_send(
            command["room_id"],
            "m.room.message",
            {"msgtype": "m.text", "body": command["body"]},
            ignore_unverified_devices=True,
        )
        tell(kind="sent", event_id=getattr(sent, "event_id", None), error=None if hasattr(sent, "event_id") else str(sent))
    syncing.cancel()
    await client.close()


asyncio.run(main())
