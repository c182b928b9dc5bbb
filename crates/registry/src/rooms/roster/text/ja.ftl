roster-title = 作業員名簿
roster-worker = 技能者
roster-worker-id = 技能者ID
roster-company = 所属会社
roster-trade = 職種
roster-position = 立場
roster-work-content = 作業内容
roster-days = 登録期間
roster-state = 状態
roster-ordinary = 一般（立場なし）
roster-whole-period = 現場の全期間
# List
roster-search = 氏名・フリガナで探す
roster-show-all = すべて表示する
roster-add = 技能者を登録する
roster-edit = 編集
roster-back = 作業員名簿に戻る
roster-empty = 名簿にはまだ誰も登録されていません。この現場に入る技能者を登録すると、就業履歴が有効になります。
roster-empty-below = 名簿にはまだ誰も登録されていません。施工体制の会社が技能者を登録すると、ここに並びます。
roster-none-found = あてはまる技能者はいません。
roster-nobody-yet = まだ技能者を登録していない会社：
roster-list-comma = 、
roster-mark-good = 有効
roster-mark-ended = 登録終了
roster-mark-upper-open = { $company }の承認待ち
roster-mark-not-tied = 所属が外れています
roster-mark-no-trade = 職種が未設定
roster-mark-trade-not-held = 本人の登録にない職種
roster-mark-accrues-elsewhere = 履歴は別の名簿に付きます
# Adding
roster-add-title = 作業員名簿への登録
roster-which-node = どの工事の名簿に登録しますか
roster-search-own = 氏名・フリガナ・技能者IDで探す
roster-all-there = 自社の技能者は、全員この名簿に登録されています。
roster-about-not-tied = 指定された技能者は、いま自社に所属していないため、登録できません。所属の登録を確かめてください。
roster-common = まとめて設定する
roster-common-hint = 立場・作業内容・登録期間を全員に同じように入れるときに使います。
roster-as-common = まとめた設定のとおり
roster-candidates = この名簿にまだ登録していない自社の技能者：{ $count }人
roster-page-by-page = チェックは、このページの分だけが登録されます。次のページに進む前に登録してください。
roster-trade-none = 未設定（有効になりません）
roster-trade-of = { $name }さんの職種
roster-position-of = { $name }さんの立場
roster-work-content-of = { $name }さんの作業内容
roster-accrues-of = { $name }さんの就業履歴を付ける名簿
roster-no-trades-held-short = 小分類の職種が未登録です
roster-put-ticked = チェックした人を登録する
roster-put-everybody = このページの全員（{ $count }人）を登録する
roster-put = { $workers }人を作業員名簿に登録しました。{ $days ->
    [0] {""}
   *[other] これまでの就業履歴のうち、{ $days }日分が有効になりました。
}
roster-put-already = 選ばれた{ $workers }人は、すでにこの名簿に登録されています。内容は変わっていません。
roster-fault-of = { $name }さん：{ $fault }
# One row
roster-trade-hint = 技能者本人が登録している職種（小分類）から選びます。選ばないと、就業履歴が有効になりません。
roster-trade-gone = { $trade }（いまは選べません）
roster-no-trades-held = この技能者は、小分類まで職種を登録していません。本人の登録に職種を加えてから、選んでください。
roster-position-hint = 職長・班長などの場合に選びます。一般の作業員は選ばなくてかまいません。
roster-work-content-hint = 例：鉄筋の加工・組立
roster-days-hint = 現場の期間のうち一部だけのときに入力します。空欄なら、現場の全期間です。
roster-from = 初日
roster-to = 最終日
roster-to-hint = この現場を離れた技能者には、最後の日を入れてください。
roster-accrues = 就業履歴を付ける名簿
roster-accrues-to = いまは{ $company }の名簿に就業履歴が付きます。
roster-accrues-to-another = いまは別の会社の名簿に就業履歴が付きます。
roster-accrue-here = この名簿に就業履歴を付ける
roster-accrue-stay = いまの名簿のままにする
roster-change-note = 変更は、まだ有効になっていない日と、これからの就業に反映されます。すでに有効になった日の職種や立場は変わりません。
roster-changed = 名簿の内容を変更しました。{ $days ->
    [0] {""}
   *[other] これまでの就業履歴のうち、{ $days }日分が有効になりました。
}
roster-changed-meanwhile = ほかの人が先にこの行を変更しました。入力した内容は残してあります。よければ、もう一度保存してください。
# Faults
roster-node-not-approved = 施工体制でまだ承認されていないため、名簿に登録できません。先に承認してください。
roster-nobody-chosen = 登録する技能者にチェックを入れてください。
roster-not-tied = 自社に所属していない技能者は登録できません。
roster-trade-unknown = この職種は選べません。小分類の職種を選んでください。
roster-trade-not-held = 技能者本人が登録していない職種です。本人の登録に加えるか、別の職種を選んでください。
roster-position-unknown = この立場は選べません。
roster-outside-period = 現場の期間（{ $from }から{ $to }まで）の中の日を入れてください。
roster-period-backward = 最終日は、初日と同じか、それより後の日にしてください。
