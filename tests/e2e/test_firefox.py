from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from firefox import Tab, firefox
from test_widget import page_with

if TYPE_CHECKING:
    from collections.abc import Iterator

    from made_replies import Pages

pytestmark = pytest.mark.e2e

FIREFOX = shutil.which(os.environ.get("HOIDAP_FIREFOX", "firefox-esr"))
ENTER = "\ue007"
ROOT = "document.querySelector('hoidap-chat').shadowRoot"
ANSWERED = f"""new Promise(done => {{
    const look = () => {{
        const found = {ROOT}.querySelector(".card .short");
        found ? done(found.textContent) : setTimeout(look, 50);
    }};
    look();
}})"""


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    if FIREFOX is None:
        pytest.skip("no firefox-esr here; HOIDAP_FIREFOX names another Firefox")
    with firefox(FIREFOX, tmp_path_factory.mktemp("firefox")) as tab:
        yield tab


def test_a_question_is_answered_on_the_chat_page(tab: Tab, address: str) -> None:
    tab.open(f"{address}/?lang=vi", 1280, 900)
    tab.evaluate(f"{ROOT}.querySelector('#question').focus()")
    tab.type(*"khi nao SCO Astana", ENTER)
    assert tab.evaluate(ANSWERED) == "tháng 7"
    assert tab.evaluate(f"{ROOT}.querySelector('mark').textContent") == "tháng 7"


def test_it_works_under_a_strict_policy_on_a_narrow_screen(tab: Tab, address: str, site: Pages) -> None:
    policy = f"default-src 'none'; script-src {address}; connect-src {address}"
    tab.open(site.write(page_with(address), policy), 450, 700)
    tab.evaluate(f"{ROOT}.querySelector('.launcher').click()")
    tab.evaluate("document.querySelector('hoidap-chat').ask('khi nào SCO Astana?')")
    assert tab.evaluate(ANSWERED) == "tháng 7"
    assert tab.evaluate(f"{ROOT}.querySelector('dialog').matches(':modal')") is True
    tab.evaluate(f"Promise.all({ROOT}.querySelector('dialog').getAnimations().map(it => it.finished)).then(() => 1)")
    size = tab.evaluate(
        f"(it => [it.left, it.top, it.width, it.height])({ROOT}.querySelector('dialog').getBoundingClientRect())"
    )
    assert size == [0, 0, tab.evaluate("innerWidth"), tab.evaluate("innerHeight")]
    assert (
        tab.evaluate(f"{ROOT}.querySelector('.scroll').scrollWidth <= {ROOT}.querySelector('.scroll').clientWidth")
        is True
    )


def test_the_box_looks_as_it_should(tab: Tab, address: str, site: Pages) -> None:
    tab.open(site.write(page_with(address)), 1280, 900)
    tab.evaluate(f"{ROOT}.querySelector('.launcher').click()")
    place = f"getComputedStyle({ROOT}.querySelector('dialog'))"
    assert tab.evaluate(f"{place}.position") == "fixed"
    assert tab.evaluate(f"{place}.backgroundColor") == "rgb(250, 249, 246)"
    assert tab.evaluate(f"{ROOT}.activeElement.id") == "question"
