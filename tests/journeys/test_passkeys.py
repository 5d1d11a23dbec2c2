"""A person makes a passkey in a real browser, signs in with it, and gives it in place of the password."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from waitress.server import create_server

from accounts.passwords import hash_password
from nic_platform.app import create_app
from nic_platform.database import db, transaction
from tests import factories as make
from tests.conftest import settings_for

pytestmark = pytest.mark.browser
PASSWORD = "maple tree lane"
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A small installation under the name localhost, in which Rosa has an account."""
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'nic.db'}", tmp_path) | {"INSECURE_COOKIES": True})
    with app.app_context():
        db.create_all()
        with transaction() as current:
            make.make_user(
                current, make.make_team(current), email="rosa@x.org", password_hash=hash_password(PASSWORD)
            )
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    app.config["BASE_URL"] = f"http://localhost:{server.effective_port}"
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    yield str(app.config["BASE_URL"])
    server.close()
    serving.join(10)
    server.task_dispatcher.shutdown()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_passkey_is_made_and_opens_the_account(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page, trouble = context.new_page(), list[str]()
    page.on("pageerror", lambda error: trouble.append(str(error)))
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    page.goto(address + "/sign-in?next=/account/security")
    page.get_by_label("Work email").fill("rosa@x.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What you call it").fill("My phone")
    page.get_by_label("Your password now").fill(PASSWORD)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    made = devices.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert [(each["rpId"], each["isResidentCredential"]) for each in made] == [("localhost", True)]

    context.clear_cookies()
    page.goto(address + "/sign-in?next=/account/address")
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(address + "/account/address")

    page.get_by_label("New address").fill("new@x.org")
    page.get_by_role("button", name="Use your passkey instead").click()
    page.wait_for_url(lambda url: url != address + "/account/address")
    expect(page.get_by_role("main")).to_contain_text("We sent a link to the new address")

    context.clear_cookies()
    page.goto(address + "/sign-in")
    page.get_by_label("Work email").fill("rosa@x.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(address + "/")
    assert trouble == []
    context.close()
