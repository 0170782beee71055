#!/bin/sh
# What a user would type, on the sample chat: import, write, ask, approve, publish. Run by `make demo`; starts from nothing each time.
set -eu
cd "$(dirname "$0")"

export SEDIMENT_HOME=.demo/home
group=独立开发者茶话会
rm -rf "$SEDIMENT_HOME" demo

case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in en*) language=en ;; *) language=zh ;; esac

tell() { # in Chinese, in English
    if [ "$language" = zh ]; then printf '\n── %s\n' "$1"; else printf '\n── %s\n' "$2"; fi
}

typed() { # the command as one would type it
    printf '$'
    for word in "$@"; do
        case $word in *' '*) printf ' "%s"' "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    echo
}

show() { # the command, then what it says
    typed "$@"
    "$@"
}

write() { # as `show`, without the document itself: it is published at the end
    typed "$@"
    "$@" >/dev/null
}

tell "读入同一个群的两份导出，时间有重叠：第二份只增加新的消息" "Import two exports of one group that overlap: the second adds only what is new"
show sediment import data/sample/indie-makers-0408-0412.jsonl --group "$group"
show sediment import data/sample/indie-makers-0411-0415.json --group "$group"

tell "分出对话，标出噪音，建立索引" "Separate conversations, mark noise, build the index"
show sediment settle

tell "每天一份摘要，再写常见问题和一篇文章（没有用模型；文章引用原话，先要群里同意）" "A digest for each day, the FAQ and an article (no model is used; it quotes, which the group must agree to)"
for day in 08 09 10 11 12 13 14 15; do
    write sediment digest --group "$group" --day "2026-04-$day"
done
write sediment faq --group "$group"
show sediment members consent "$group"
write sediment article --group "$group" --topic 手续费

tell "问一件聊过的事，再问一件没聊过的事" "Ask about something that was discussed, then about something that was not"
show sediment ask "tollgate 恢复购买闪退，该用哪个版本？"
show sediment ask "有人去过冰岛旅游吗？" || [ $? -eq 1 ]

tell "人看过、审定之后才能发布（这里一并审定）" "Only what a person has approved can be published (here all at once)"
for id in $(sediment list --json | python -c 'import json, sys; print(*(document["id"] for document in reversed(json.load(sys.stdin))))'); do
    write sediment --quiet approve "$id"
    write sediment publish "$id" --to folder --path demo
done

tell "都在这里：HTML 页面，旁边是同名的 Markdown" "Everything lies here: pages in HTML, beside each the same in Markdown"
ls "$PWD"/demo/*/*.html
tell "接着试：" "Go on with:"
printf 'export SEDIMENT_HOME="%s" PATH="%s:$PATH"\n' "$PWD/$SEDIMENT_HOME" "$PWD/.venv/bin"
echo "sediment show d9"
echo 'sediment ask "栗子商店审核要几天？"'
