"""What is done with posts: by their authors (placing), by facilitators (deciding), and by themselves (living)."""

from buurtnet.posts.actions.deciding import approve_post, ask_for_change, keep_words, redirect_post, refuse_post, reopen_post, reword_post
from buurtnet.posts.actions.forgetting import count_over_posts, count_posts_of
from buurtnet.posts.actions.living import ask_who_still_holds, engage_post, expire_posts, meet_post, refresh_author, release_post
from buurtnet.posts.actions.placing import change_post, publish_post, renew_post, withdraw_post
from buurtnet.posts.actions.speaking import word_post

__all__ = [
    "approve_post",
    "ask_for_change",
    "ask_who_still_holds",
    "change_post",
    "count_over_posts",
    "count_posts_of",
    "engage_post",
    "expire_posts",
    "keep_words",
    "meet_post",
    "publish_post",
    "redirect_post",
    "refresh_author",
    "refuse_post",
    "release_post",
    "renew_post",
    "reopen_post",
    "reword_post",
    "withdraw_post",
    "word_post",
]
