menu-approvals = 承認依頼
# Chart
organisation-title = 施工体制
organisation-lead-prime = この現場の施工体制です。下請の会社を招待し、招待された会社が承認すると、施工体制に加わります。
organisation-lead = 自社までの上位の会社と、自社の下の会社を表示しています。
organisation-own = 自社
organisation-workers = 技能者 { $count }人
organisation-waits-since = 承認待ち（{ $since }に招待）
organisation-answer = 内容を確かめて答える
organisation-answer-for = 代わりに答える
organisation-add-workers = 技能者を名簿に登録
organisation-invite-below = 下請を招待
node-invited = 承認待ち
node-approved = 登録済み
node-declined = 辞退
node-removed = 取り消し
organisation-companies = { $count }社
organisation-waiting = 承認待ち { $count }社
organisation-unregistered = CCUS未登録
organisation-unregistered-count = CCUS未登録 { $count }社
organisation-as-of = { $day }が終わった時点の施工体制です。会社名は今の名称です。
organisation-to-today = 今の施工体制に戻る
organisation-nothing-then = この時点では、自社は施工体制に入っていません。
organisation-until = { $day }まで
organisation-day-title = 過去の日の施工体制を見る
organisation-day = 日付
organisation-day-show = この日の施工体制を表示
organisation-no-day = 今日までの日付を選んでください。
organisation-left = この現場を離れた会社（{ $count }社）
organisation-back = 戻る
# One node
organisation-upper = 直近上位の会社
organisation-last-day = この現場での最終日
organisation-last-day-hint = この日までは施工体制に入っています。下の会社も同じ日までになります。
organisation-ways = この会社についてできること
organisation-events = これまでの変更
organisation-no-events = 変更はまだありません。
organisation-another-place = 別の位置
organisation-another-company = 別の会社
event-invited = 招待（上位：{ $upper }）
event-named = CCUS未登録の会社「{ $name }」として登録（上位：{ $upper }）
event-approved = 承認：{ $work }
event-declined = 辞退
event-declined-for = 辞退（理由：{ $reason }）
event-by-proxy = { $what }（事業者間合意により、{ $company }の代理）
event-described = 工事の内容を変更：{ $work }
event-replaced = { $company }に置換
event-moved = 位置を変更（新しい上位：{ $upper }）
event-ended = 最終日を登録：{ $day }
event-reopened = 最終日を取り消し
event-removed = 施工体制から取り消し
# Moves of a node
move-describe-title = 工事名称・工事内容を直す
move-describe-hint = 施工体制台帳などに載る内容です。
move-describe-means = { $company }の工事名称と工事内容を直します。これまでの就業履歴の内容は変わりません。
move-describe-button = 保存する
move-replace-title = CCUS登録事業者に置換する
move-replace-hint = 事業者IDを取得した会社に置き換えます。元には戻せません。
move-replace-means = CCUS未登録の「{ $company }」を、事業者登録をした会社に置き換えます。下の会社はそのまま残ります。
move-replace-button = 置換する
move-replace-comes-to = 「{ $before }」を「{ $after }」に置き換えます
move-replace-final = 置換すると、CCUS未登録の状態には戻せません。会社をまちがえたときは、最終日を入れるか取り消して、登録し直すことになります。
move-move-title = 位置（次数・上位の会社）を変える
move-move-hint = 下の会社もいっしょに移ります。これまでの位置は記録に残ります。
move-move-means = { $company }を、別の会社の下に移します。
move-move-button = この位置に移す
move-end-title = この現場での最終日を登録する
move-end-hint = 工事が終わった会社や、途中で抜けた会社に使います。あとから取り消せます。
move-end-means = { $company }がこの現場の施工体制に入っている最後の日を登録します。それまでの就業履歴はそのまま残ります。
move-end-button = 最終日を登録する
move-reopen-title = 最終日を取り消す
move-reopen-hint = 現場の期間の終わりまで、施工体制に入った状態に戻ります。
move-reopen-means = { $company }の最終日を取り消します。
move-reopen-button = 最終日を取り消す
move-remove-title = 施工体制から取り消す
move-remove-hint = 招待のまちがいや、入らないことになった会社に使います。
move-remove-means = { $company }を施工体制から取り消します。元に戻すときは、もう一度招待してください。
move-remove-button = 取り消す
move-beneath = 下の会社（{ $count }社）にも及びます
move-preview = 内容を確かめる
move-comes-to = この変更で変わること
move-tiers = { $from }次から{ $to }次になります。
move-goes-along = 下の{ $count }社もいっしょに移ります。
move-sees = { $upper }から、この現場の名簿と就業履歴が見えるようになります。
move-asked = 上位の会社が変わるので、本人の会社にもう一度承認をお願いします。承認されるまでの新しい就業履歴は有効になりません（すでに有効なものはそのままです）。
move-no-place = 移せる位置がありません。
organisation-move-under = 新しい上位の会社
organisation-choose-place = 移す先を選んでください。
organisation-described = 工事の内容を保存しました。
organisation-removed = 施工体制から取り消しました。
organisation-ended = 最終日を登録しました。
organisation-reopened = 最終日を取り消しました。{ $days ->
    [0] {""}
   *[other] これまでの就業履歴のうち、{ $days }日分が有効になりました。
}
organisation-moved = 位置を変えました。{ $days ->
    [0] {""}
   *[other] これまでの就業履歴のうち、{ $days }日分が有効になりました。
}
organisation-replaced = 置換が終わりました。{ $days ->
    [0] {""}
   *[other] これまでの就業履歴のうち、{ $days }日分が有効になりました。
} 置き換えた会社は、技能者を作業員名簿に登録できます。
organisation-replace-refused = 置換できませんでした。施工体制がほかの人によって変わっています。今の施工体制を確かめて、もう一度行ってください。
job-organisation-replace = 施工体制の置換
organisation-last-day-outside = 現場の期間（{ $from }〜{ $to }）の中の日付にしてください。
organisation-last-day-before-days = { $day }に、この会社か下の会社の就業履歴があります。最終日は、その日かそれより後にしてください。
organisation-meanwhile-title = ほかの人が先に変更しました
organisation-changed = この画面を開いたあとに、この位置か、その上下の会社が変更されました。
organisation-changed-by = この画面を開いたあとに、{ $company }がこの位置か、その上下の会社を変更しました（{ $at }）。
organisation-meanwhile-way = まだ何も保存していません。入力した内容は下に残っています。今の状態を確かめて、よければもう一度押してください。
organisation-meanwhile-look = 今の状態と変更の記録を見る
obstacle-not-yours = この操作ができるのは、直近上位の会社か元請です。
obstacle-state = この会社は、もうその状態ではありません（回答済み、または取り消し済み）。施工体制を開き直してください。
obstacle-prime = 元請の位置は変えられません。
obstacle-ended = この現場での最終日が過ぎています。続けるときは、先に最終日を取り消してください。
obstacle-not-ended = 最終日は登録されていません。
obstacle-registered = 置換できるのは、CCUS未登録の会社だけです。
obstacle-unregistered = CCUS未登録の会社の技能者は、名簿に登録できません。
obstacle-open-beneath = 下に承認待ちの会社があるため、置換できません。承認（または取り消し）のあとで行ってください。
obstacle-has-lower = 下に会社があるためできません。工事が終わったときは、最終日を登録してください。
obstacle-used = 名簿に技能者がいるため取り消せません。代わりに、最終日を登録してください。
# Invitation
organisation-invite-title = 下請の会社を招待する
organisation-invite-registered = 事業者IDのある会社
organisation-name-title = CCUSに登録していない会社を、名前だけで入れる
organisation-name-means = 実際の施工体制のとおりにするために、会社名だけで登録します。技能者を名簿に載せることはできません。その会社が事業者IDを取得したら、置換してください。下の会社は、この会社の上位にあたる自社が招待します。
organisation-name = 会社名
organisation-name-button = 名前で登録する
organisation-named = CCUS未登録の会社として登録しました。
organisation-invite-button = 招待する
organisation-invited = 招待しました。招待した会社が承認すると、施工体制に加わります。
organisation-under = 招待元（自社の位置）
organisation-under-hint = この現場で自社が立っている位置のうち、どの工事の下請として招待するかを選んでください。
organisation-under-by-proxy = { $place } { $company }（代理で招待）
organisation-company = 会社名
organisation-company-id = 事業者ID
organisation-company-id-hint = 14桁の数字です（末尾は22）。間に空白があってもかまいません。
organisation-chosen = 選択中の会社：{ $company }
organisation-work-name = 工事名称
organisation-work-name-hint = 施工体制台帳や再下請負通知書に載る名称です。例：鉄筋工事
organisation-work-name-hint-upper = 例：鉄筋工事。招待した会社が、承認のときに直せます。
organisation-work-content = 工事内容
organisation-work-content-hint = 例：基礎・躯体の鉄筋加工組立 一式
organisation-search-title = 会社を探す
organisation-search-tab = すべての会社から探す
organisation-search = 会社名・フリガナ・事業者ID・許可番号・法人番号
organisation-companies-title = 招待する会社を探す
organisation-found = { $count }社見つかりました。
organisation-none-found = あてはまる会社はありません。名前の一部や、フリガナでも探せます。
organisation-choose = この会社を選ぶ
organisation-back-to-invite = 招待の画面に戻る
organisation-not-approved-yet = 自社がまだ承認していない位置の下には、招待できません。先に承認してください。
organisation-too-deep = { $most }次より下の会社は登録できません。
organisation-is-own = 自社は招待できません。
organisation-is-upper = この会社は、この位置の上位の会社です。下請として招待することはできません。
organisation-is-lower = この会社は、この位置の下にいます。同じ会社を上下に重ねることはできません。
organisation-is-loop = 自分の下にいる会社の下へは移せません。
organisation-same-place = すでにその位置にいます。
organisation-company-withdrawn = この会社は退会しているため、招待できません。
organisation-company-expired = この会社は登録の有効期限が切れているため、招待できません。更新されると招待できます。
organisation-already-there = この会社は、同じ位置ですでに招待されているか、登録されています。
organisation-no-such-company = この事業者IDの会社は登録されていません。番号を確かめてください。
company-id-shape = 事業者IDは14桁の数字で入力してください。
company-id-is-worker = これは技能者ID（末尾21）です。事業者ID（末尾22）を入力してください。
company-id-is-site = これは現場ID（末尾71・72）です。事業者ID（末尾22）を入力してください。
company-id-is-nothing = 事業者IDの末尾2桁は22です。番号を確かめてください。
# Approval
approvals-title = 承認依頼の一覧
approvals-empty = 招待はまだありません。上位の会社から招待されると、ここに並びます。
approval-for-title = { $company }への招待に、代わりに答える
approval-for-means = 事業者間合意により、{ $company }に代わって答えます。代わりに答えたことは、{ $company }に知らされ、記録に残ります。
approval-means-for = { $company }がこの現場の施工体制に登録されます。名簿に載った{ $company }の技能者の氏名・職種・立場・就業履歴は、この現場に限り、{ $prime }と{ $company }の上位の会社からも見えるようになります。
approval-cannot = 登録の有効期限が切れているか、利用停止中のため、いまは承認できません。辞退はできます。
approval-cannot-for = この会社は登録の有効期限が切れているか利用停止中のため、いまは代わりに承認できません。辞退はできます。
approval-decline-means-for = この会社が請け負わないことになったときは、代わりに辞退できます。理由は、この会社に知らされます。
approval-reason = 辞退の理由
approval-reason-hint = 例：工程が変わり、別の会社に頼むことになったため
approval-by = 回答した会社
approval-by-proxy = { $proxy }（事業者間合意による代理）
approval-approved-for = 代わりに承認し、その会社に知らせました。{ $days ->
    [0] {""}
   *[other] これまでの就業履歴のうち、{ $days }日分が有効になりました。
}
approval-declined-for = 代わりに辞退し、その会社に知らせました。
organisation-reason = 辞退の理由
approval-state = 状態
approval-upper = 招待した会社（直近の上位）
approval-prime = 元請：{ $prime }
approval-tier = 次数
approval-invited = 招待日時
approval-answered = 回答日時
approval-look = 内容を確かめる
approval-show = 内容を見る
approval-means-title = 承認すると
approval-means = 自社がこの現場の施工体制に登録され、技能者を作業員名簿に載せられるようになります。名簿に載せた技能者の氏名・職種・立場・就業履歴は、この現場に限り、{ $prime }と自社の上位の会社からも見えるようになります。
approval-approve = この内容で承認する
approval-later = あとで答える
approval-decline-title = この現場に入らないとき
approval-decline-means = 招待に心当たりがないときや、請け負わないことになったときは、辞退してください。上位の会社は、もう一度招待できます。
approval-decline = 辞退する
approval-removed-next = この招待は、{ $upper }または元請が取り消しました。この現場に入ることになったときは、もう一度招待してもらってください。
approval-declined-next = この招待は辞退しました。この現場に入ることになったときは、{ $upper }にもう一度招待してもらってください。
approval-approved = 承認しました。次は、この現場に入る技能者を作業員名簿に登録してください。{ $days ->
    [0] {""}
   *[other] これまでの就業履歴のうち、{ $days }日分が有効になりました。
}
approval-declined = 招待を辞退しました。
approval-same-answer = この招待には、すでに同じ回答をしています。内容は変わっていません。
approval-other-answer = この招待には、すでに別の回答をしています。いまの状態は次のとおりです。
approval-withdrawn = この招待は、お答えの前に取り消されました。
# Favourites
favourites-title = 主に要請する事業者
favourites-empty = まだありません。会社を探して「リストに入れる」を押すと、ここに並びます。
favourite-keep = リストに入れる
favourite-drop = リストから外す
favourite-kept = 「主に要請する事業者」に入れました。
favourite-dropped = 「主に要請する事業者」から外しました。
agreed-title = 合意済みの会社
agreed-empty = 自社が代わりに手続きすることに合意した会社は、まだありません。事業者間合意を依頼して、相手が合意すると、ここに並びます。
# Patterns
patterns-title = 施工体制パターン
patterns-lead = いつも同じ顔ぶれの施工体制を保存しておき、別の現場にまとめて登録できます。会社ごとに承認が必要なことは変わりません。
patterns-stored = 保存したパターン
patterns-empty = まだありません。下の欄で、この現場の施工体制から作れます。
pattern-name = パターンの名前
pattern-name-hint = 例：内装一式
pattern-companies = 会社の数
pattern-stored-at = 保存日時
pattern-look = 内容を確かめる
pattern-drop = 削除
pattern-dropped = パターンを削除しました。登録済みの施工体制は変わりません。
pattern-store-title = この現場の施工体制から作る
pattern-store-means = 自社の下にいる会社（離れた会社と辞退した会社を除く）を、並びと工事名称のまま保存します。
pattern-store = 保存する
pattern-stored = パターンを保存しました。
pattern-nothing-beneath = 自社の下に会社がありません。
pattern-too-large = { $most }社より多いパターンは保存できません。
pattern-name-taken = 同じ名前のパターンがあります。
pattern-plan = 「{ $name }」をこの現場に登録すると
pattern-plan-means = 次の{ $count }社が、この並びで施工体制に入ります。登録事業者には承認の依頼が届きます。
pattern-faulty = { $count }社に問題があるため、登録できません。施工体制を直すか、パターンを作り直してください。まだ何も登録していません。
pattern-apply = この内容で登録する
pattern-applied = { $count }社を施工体制に登録しました。登録事業者の承認を待っています。
pattern-gone = このパターンはもうありません。
pattern-pattern = パターン
# Told
notice-invited = { $upper }から、現場「{ $site }」の施工体制に招待されました。内容を確かめて、承認してください。
notice-invited-again = 現場「{ $site }」への招待（{ $upper }）に、まだ回答していません。承認されるまで、就業履歴は有効になりません。
notice-not-answered = 現場「{ $site }」への招待に、{ $company }がまだ回答していません。直接ご連絡ください。
notice-node-approved = { $company }が、現場「{ $site }」への招待を承認しました。
notice-node-declined = { $company }が、現場「{ $site }」への招待を辞退しました。
notice-node-declined-for = { $company }が、現場「{ $site }」への招待を辞退しました（理由：{ $reason }）。
notice-proxy-approved = { $proxy }が、事業者間合意により、現場「{ $site }」への自社の招待を代わりに承認しました。
notice-proxy-declined-for = { $proxy }が、事業者間合意により、現場「{ $site }」への自社の招待を代わりに辞退しました（理由：{ $reason }）。
notice-proxy-invited = { $proxy }が、事業者間合意により、現場「{ $site }」で自社の下に{ $lower }を代わりに入れました。
notice-node-removed = 現場「{ $site }」の施工体制から、自社が取り消されました（{ $company }）。
notice-node-ended = 現場「{ $site }」での自社の最終日が{ $day }と登録されました（{ $company }）。
notice-node-reopened = 現場「{ $site }」での自社の最終日が取り消されました（{ $company }）。
notice-node-moved = 現場「{ $site }」での自社の位置が変わり、{ $company }の下になりました。
notice-node-replaced = 現場「{ $site }」で「{ $before }」として登録されていた位置に、自社が置換されました（{ $company }）。技能者を名簿に登録してください。
mail-invited-subject = 【足場】現場「{ $site }」の施工体制への招待
mail-invited =
    { $name } 様

    { $upper }から、現場「{ $site }」の施工体制に招待されました。
    次のリンクからログインすると、承認の画面が開きます（{ $days }日間有効、ご本人専用）。

    { $link }

    リンクが開けないときは、ログインして「承認依頼」をご覧ください。
    お心当たりのない場合は、辞退することができます。
mail-invited-again-subject = 【足場】現場「{ $site }」への招待に、まだ回答がありません
mail-invited-again =
    { $name } 様

    { $upper }からの、現場「{ $site }」の施工体制への招待に、まだ回答がありません。
    承認されるまで、この現場での技能者の就業履歴は有効になりません。

    { $link }

    （{ $days }日間有効、ご本人専用）
invitation-link-gone = このリンクは、有効期間が過ぎているか、正しくありません。ログインして「承認依頼」をご覧ください。
invitation-link-other = このリンクは、別の利用者あてのものです。いったんログアウトして、招待された会社の事業者責任者でログインしてください。
