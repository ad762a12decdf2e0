"""The Python client that most bots are written with, against the real binary."""

import asyncio
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from urllib.parse import urlparse

from mattermostautodriver import AsyncTypedDriver, TypedDriver
from mattermostautodriver.exceptions import NotEnoughPermissions, ResourceNotFound

PASSWORD = "Passw0rd!longer"


class Server:
    """The binary on a port and folder of its own."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="guildhall-")
        environment = {
            **os.environ,
            "GUILDHALL_SIGNUP_OPEN": "true",
            "GUILDHALL_LIMITS_ENABLED": "false",
            "GUILDHALL_SERVER_PASSWORD_MEMORY_KIB": "1024",
        }
        command = [os.environ["GUILDHALL_BIN"], "serve", "--data-dir", self.folder, "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        line = self.process.stdout.readline()
        assert "ready at" in line, f"the server said {line!r}"
        self.url = urlparse(line.split()[-1])

    def options(self, **more):
        return {"scheme": "http", "url": self.url.hostname, "port": self.url.port, **more}

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Conversation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.stop)
        cls.ada = cls.person("ada")
        cls.bob = cls.person("bob")
        cls.team = cls.ada.teams.create_team(name="studio", display_name="Studio", type="O")
        cls.ada.teams.add_team_member(cls.team["id"], user_id=cls.bob.client.userid)

    @classmethod
    def person(cls, username):
        nobody = TypedDriver(cls.server.options())
        nobody.users.create_user(email=f"{username}@example.com", username=username, password=PASSWORD)
        driver = TypedDriver(cls.server.options(login_id=username, password=PASSWORD))
        driver.login()
        return driver

    def channel(self, name, kind="O"):
        return self.ada.channels.create_channel(team_id=self.team["id"], name=name, display_name=name, type=kind)

    def test_a_bot_posts_reads_and_searches(self):
        channel = self.channel("film")
        post = self.ada.posts.create_post(channel_id=channel["id"], message="the rough cut is here")
        page = self.bob.posts.get_posts_for_channel(channel["id"])
        self.assertIn(post["id"], page["posts"])
        self.bob.channels.add_channel_member(channel["id"], user_id=self.bob.client.userid)
        found = self.bob.posts.search_posts(self.team["id"], terms="rough", is_or_search=False)
        self.assertEqual(found["order"], [post["id"]])

    def test_errors_have_their_classes(self):
        secret = self.channel("secret", "P")
        with self.assertRaises(NotEnoughPermissions):
            self.bob.posts.create_post(channel_id=secret["id"], message="let me in")
        with self.assertRaises(ResourceNotFound):
            self.bob.teams.get_team_by_name("no-such-team")

    def test_a_direct_message(self):
        direct = self.bob.channels.create_direct_channel(options=[self.bob.client.userid, self.ada.client.userid])
        self.bob.posts.create_post(channel_id=direct["id"], message="psst")
        messages = [p["message"] for p in self.ada.posts.get_posts_for_channel(direct["id"])["posts"].values()]
        self.assertEqual(messages, ["psst"])

    def test_files_come_back_as_they_went(self):
        channel = self.channel("takes")
        content = bytes(range(256)) * 100
        uploaded = self.ada.files.upload_file(files=("take.bin", content), channel_id=channel["id"])
        info = uploaded["file_infos"][0]
        self.ada.posts.create_post(channel_id=channel["id"], message="", file_ids=[info["id"]])
        answer = self.ada.files.get_file(info["id"])
        self.assertEqual(answer.content, content)

    def test_events_arrive_over_the_websocket(self):
        channel = self.channel("live")
        heard = asyncio.run(self.hear_one_post(channel))
        self.assertEqual(heard, "can you hear me?")

    async def hear_one_post(self, channel):
        async with AsyncTypedDriver(self.server.options(login_id="ada", password=PASSWORD)) as ada:
            await ada.login()
            heard = asyncio.get_running_loop().create_future()
            ready = asyncio.Event()

            async def handler(message):
                event = json.loads(message)
                if event.get("event") == "hello":
                    ready.set()
                if event.get("event") == "posted" and not heard.done():
                    heard.set_result(json.loads(event["data"]["post"])["message"])

            listening = asyncio.create_task(ada.init_websocket(handler))
            await asyncio.wait_for(ready.wait(), 10)
            await ada.posts.create_post(channel_id=channel["id"], message="can you hear me?")
            message = await asyncio.wait_for(heard, 10)
            listening.cancel()
            return message


if __name__ == "__main__":
    unittest.main()
