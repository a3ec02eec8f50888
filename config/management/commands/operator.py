"""Makes the local operator and shows how to sign in."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import operator


class Command(BaseCommand):
    help = "Make the local operator, its API token and a one-time sign-in link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--link", action="store_true", help="print a fresh sign-in link")
        default = f"http://{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
        parser.add_argument("--base-url", default=default, help="address the link starts with")

    def handle(self, *args: Any, **options: Any) -> None:
        account = operator.ensure_operator()
        path = operator.ensure_token(account)
        if options["link"] or account.last_login is None:
            link = operator.one_time_link(account, options["base_url"])
            self.stdout.write(f"Sign in once at {link}")
        self.stdout.write(f"API token in {path}")
