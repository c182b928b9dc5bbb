sign-in-title = ログイン
sign-in-heading = ログイン
sign-in-lead = 働いた一日が、働いた人のものになる。建設の就業履歴を、みんなで見られる場所です。
sign-in-id = ログインID
sign-in-id-hint = 事業者ID、技能者ID（14桁）または管理者のID
sign-in-password = パスワード
sign-in-button = ログインする
sign-in-wrong = IDまたはパスワードが正しくありません。続けてまちがえると、{ $minutes }分間ログインできなくなります。
menu-account = アカウント
account-title = アカウント
account-name = 名前
account-sign-in-id = ログインID
account-role = 種別
account-company = 事業者
account-email = メールアドレス
account-no-email = 登録なし
role-operator = 運営者（管理）
role-reviewer = 審査担当者
role-auditor = 監査担当者
role-orderer = 発注者
role-applicant = 申請者
role-administrator = 事業者責任者
role-tier_manager = 階層管理者
role-site_manager = 現場管理者
role-proxy_clerk = 代行登録担当者
role-worker = 技能者
password-title = パスワードの変更
password-first-title = 初期パスワードの変更
password-first-lead = はじめてのログインです。初期パスワードを変更すると、ほかの画面を利用できます。
password-initial = 初期パスワード
password-old = 現在のパスワード
password-new = 新しいパスワード
password-again = 新しいパスワード（確認）
password-code = セキュリティコード
password-code-hint = 4桁の数字です。事業者は通知書に、技能者はカードの裏面に記載されています（本人確認番号）。
password-hint = { $least }文字以上。好きな文や単語をいくつか組み合わせた、長いものが安全です。
password-then = 変更すると、すべての端末からログアウトします。新しいパスワードでログインし直してください。
password-change = 変更する
password-changed = パスワードを変更しました。新しいパスワードでログインしてください。
password-short = { $least }文字以上にしてください。
password-long = 長すぎます。200バイト（日本語で約66文字）以内にしてください。
password-is-id = ログインIDをパスワードにすることはできません。
password-common = 推測されやすいパスワードです。別のものにしてください。
password-differs = 確認用の入力と一致しません。
password-same = 現在と同じパスワードです。別のものにしてください。
password-old-wrong = 現在のパスワードが正しくありません。
proof-rests = まちがいが続いたため、{ $until }まで受け付けません。
code-wrong = セキュリティコードが正しくありません。
code-rests = まちがいが続いたため、{ $until }までセキュリティコードを受け付けません。
code-blocked = まちがいが重なったため、セキュリティコードを停止しました。運営窓口に解除を依頼してください。
letter-title = ログイン情報の通知書
letter-of = { $name } 様（ログインID { $id }）
letter-to = { $name } 様
letter-lead = 登録が完了しました。次の情報でログインし、パスワードを変更してください。
letter-keep = この通知書は第三者の目に触れないように保管してください。セキュリティコードは、パスワードの変更のたびに必要です。
letter-address = ログイン画面
letter-once-title = この画面でしか表示されません
letter-once = いま印刷してください。画面を離れると、再び表示することはできません。
letter-waits = 通知書を表示できます。表示できるのは一度だけです。印刷の準備ができてから進んでください。
letter-gone = 表示できる通知書はありません。発行から15分が過ぎたか、すでに表示されました。
letter-show = 通知書を表示する
letter-renew = 初期パスワードを作り直す
letter-renew-sure = いまのパスワードとセキュリティコードは使えなくなり、ログイン中の端末はログアウトします。
mail-issued-id-subject = 【足場】ログインIDと初期パスワードのお知らせ
mail-issued-id =
    { $name } 様

    登録が完了しました。ログインIDと初期パスワードをお知らせします。

    ログインID：{ $id }
    初期パスワード：{ $password }
    ログイン画面：{ $address }

    はじめてのログインで、パスワードを変更していただきます。
    そのとき必要なセキュリティコードは、別のメールでお送りします。
mail-issued-code-subject = 【足場】セキュリティコードのお知らせ
mail-issued-code =
    { $name } 様

    セキュリティコード：{ $code }

    パスワードを変更するときに必要です。ほかの人に知らせないでください。
    ログインIDと初期パスワードは、別のメールでお送りしています。
mail-password-changed-subject = 【足場】パスワードが変更されました
mail-password-changed =
    { $name } 様

    パスワードが変更され、すべての端末からログアウトしました。
    お心当たりのない場合は、すぐに運営窓口へご連絡ください。
sign-in-forgotten = パスワードを忘れた場合
sign-in-sign-up = はじめて申請する方（申請用IDの取得）
in-use-title = このIDは使用中です
in-use = このIDは、{ $since }から別の端末（{ $device }）で使用中です。
in-use-unknown = このIDは、{ $since }から別の端末で使用中です。
in-use-question = 管理者IDは同時に一か所でしか使えません。使用中の端末をログアウトさせて、ここで続けますか。入力中の内容は失われることがあります。
in-use-end-it = ログアウトさせて続ける
factor-title = 二段階認証
factor-code = 認証コード
factor-code-hint = 認証アプリに表示された6桁の数字。端末がないときは、回復コードを入力してください。
factor-wrong = 認証コードが正しくありません。
sign-in-too-late = 時間が過ぎました。もう一度ログインしてください。
forgotten-title = パスワードの再設定
forgotten-lead = ログインIDと、登録したメールアドレスを入力してください。再設定用のリンクをメールでお送りします（{ $minutes }分間有効）。
forgotten-email-hint = 登録したものと同じメールアドレス
forgotten-button = リンクを送る
forgotten-done = 入力された内容が登録と一致すれば、再設定用のリンクをメールでお送りしました。{ $minutes }分以内に開いてください。
forgotten-no-mail = メールが届かないときは、迷惑メールのフォルダーと、入力した内容をお確かめください。
forgotten-no-email = メールアドレスを登録していない方は、運営窓口に通知書の再発行を依頼してください。
too-many-mails = メールの依頼が続いたため、しばらく受け付けません。
too-many-mails-advice = 1時間ほどたってから、もう一度お試しください。
link-gone = このリンクは使えません。期限が過ぎたか、すでに使われています。
link-gone-advice = もう一度はじめからお手続きください。
reset-title = 新しいパスワードの設定
sign-up-title = 申請用IDの取得
sign-up-lead = 事業者登録・技能者登録の申請をはじめるための、一時的なIDを取得します。メールアドレスに確認用のリンクをお送りします。
sign-up-button = 確認メールを送る
sign-up-registered = すでにIDをお持ちの方は、そのIDでログインしてください。
sign-up-done = { $email } に確認メールをお送りしました。{ $minutes }分以内にリンクを開いてください。
sign-up-no-mail = メールが届かないときは、迷惑メールのフォルダーをお確かめください。
sign-up-name = お名前
sign-up-name-hint = 申請する方の氏名または会社名
sign-up-make = IDを取得する
sign-up-made = 申請用IDができました
sign-up-made-note = このIDと、いま決めたパスワードでログインしてください。IDはメールでもお送りします。
email-wrong = メールアドレスの形になっていません。
sessions-title = ログイン中の端末
sessions-lead = 心当たりのない端末があれば、ログアウトさせてからパスワードを変更してください。
session-device = 端末
session-address = 接続元
session-since = ログイン
session-last-seen = 最後の操作
session-this = この端末
session-unknown = 不明な端末
session-end = ログアウトさせる
session-ended = ログアウトさせました。
sessions-end-others = ほかのすべての端末をログアウトさせる
sessions-ended = ほかの端末（{ $count }台）をログアウトさせました。
mail-reset-subject = 【足場】パスワードの再設定
mail-reset =
    { $name } 様

    次のリンクから、新しいパスワードを設定してください（{ $minutes }分間有効、1回限り）。

    { $link }

    お心当たりのない場合は、このメールを破棄してください。パスワードは変わりません。
mail-sign-up-subject = 【足場】申請用IDの取得
mail-sign-up =
    次のリンクを開いて、申請用IDの取得を続けてください（{ $minutes }分間有効、1回限り）。

    { $link }

    お心当たりのない場合は、このメールを破棄してください。
mail-applicant-subject = 【足場】申請用IDのお知らせ
mail-applicant =
    { $name } 様

    申請用ID：{ $id }

    このIDと、ご自分で決めたパスワードでログインし、申請を進めてください。
two-factor-title = 二段階認証
two-factor-lead = ログインのときに、パスワードに加えて、スマートフォンの認証アプリに表示される6桁の数字を確認します。パスワードが漏れても、ほかの人はログインできません。
two-factor-begin = 設定をはじめる
two-factor-scan = 認証アプリで、次のコードを読み取ってください。
two-factor-type = 読み取れないときは、この文字を入力してください：
two-factor-code-hint = アプリに表示された6桁の数字
two-factor-confirm = 設定する
two-factor-now-on = 二段階認証を設定しました
two-factor-codes-once = 端末をなくしたときの回復コードです。それぞれ1回だけ使えます。いま書き留めてください。再び表示することはできません。
two-factor-kept = 書き留めました
two-factor-on = 設定済み
two-factor-left = 未使用の回復コード：{ $count }個
two-factor-off-title = 二段階認証の解除
two-factor-off-lead = 解除すると、パスワードだけでログインできるようになります。端末を変えるときは、解除してから設定し直してください。
two-factor-off-button = 解除する
two-factor-now-off = 二段階認証を解除しました。
company-accounts-title = 利用者の管理
company-account-new = 利用者を追加する
company-account-lead = 追加すると、ログインIDと初期パスワード、セキュリティコードが、2通のメールで本人に届きます。
company-account-make = 追加する
company-account-made = 追加しました。ログイン情報を本人にメールで送りました。
company-account-changed = 変更しました。
company-account-closed = 利用を停止しました。
company-account-renew = 初期パスワードを送り直す
company-account-renew-sure = いまのパスワードとセキュリティコードは使えなくなり、新しいものが本人にメールで届きます。
company-account-renewed = 新しいログイン情報を本人にメールで送りました。
accounts-search = 名前、ログインID
accounts-with-closed = 停止した利用者も表示
accounts-none = 該当する利用者はいません。
account-tier = 階層
account-tier-hint = 階層管理者は必ず選んでください。権限は、その階層とその下に及びます。
account-tier-none = なし
account-role-hint = 事業者責任者はすべて、階層管理者は担当の階層、現場管理者は担当の現場、代行登録担当者は代行申請だけを扱います。
account-email-hint = ログイン情報と、パスワードを忘れたときのリンクが届きます。
account-sites = 担当の現場
account-sites-hint = 現場管理者だけが対象です。あとから変更できます。
account-more = そのほかの操作
account-close = 利用を停止する
account-close-sure = 停止すると、すぐにログアウトし、もうログインできなくなります。元に戻すことはできません。
account-closed = 停止
account-new = 初回ログイン前
account-open = 利用中
account-state = 状態
account-sessions = { $count }件
account-own = ご自分のアカウントにはこの操作はできません。
account-own-advice = 別の責任者に依頼してください。
account-first = 最初の事業者責任者のIDは事業者登録と一体のため、ここでは操作できません。
account-first-advice = 変更は事業者登録の変更申請で、通知書の再発行は運営窓口でお手続きください。
tiers-title = 組織（階層）
tiers-lead = 本社・支店・部署などの組織を3階層まで登録できます。必要がなければ登録しなくてもかまいません。
tiers-none = 組織は登録されていません。
tier-name = 名前
tier-parent = 上の階層
tier-parent-none = なし（第1階層）
tier-level = 第{ $level }階層
tier-add = 階層を追加する
tier-added = 階層を追加しました。
tier-rename = 名前を変える
tier-renamed = 名前を変えました。
tier-unknown = 選べない階層です。
tier-too-deep = 階層は第3階層までです。
tier-name-taken = 同じ名前がすでにあります。
site-unknown = 選べない現場が含まれています。
all-accounts-title = 全アカウントの管理
all-accounts-search = ログインID、名前、会社名
all-accounts-own = 運営者と発注者のアカウント
all-accounts-found = 検索結果
all-accounts-more = 最初の50件だけを表示しています。条件を絞ってください。
all-account-new = 運営者のアカウントを追加する
account-locked = ロックされています
account-unlock = ロックを解除する
account-unlocked = ロックを解除しました。
lock-id = パスワードのまちがいが続いた（ふだんと別の接続元から）
lock-pair = パスワードのまちがいが続いた（ふだんの接続元から）
lock-code = セキュリティコードのまちがいが続いた
lock-proof = 現在のパスワードまたは認証コードのまちがいが続いた
change-account-made = 利用者の追加
change-account-changed = 利用者の変更
change-account-closed = 利用の停止
change-account-renewed = 初期パスワードの再発行
change-account-unlocked = ロックの解除
managers-title = 現場管理者
managers-lead = 現場管理者は、割り当てられた現場だけを扱えます。一人に複数の現場を、一つの現場に複数の人を割り当てられます。
managers-none = 現場管理者がまだいません。利用者登録で現場管理者を作ると、ここで割り当てられます。
manager-state = この現場
manager-has = 担当
manager-has-not = 割り当てなし
manager-others = ほかの担当
manager-other-sites = { $count }現場
manager-give = 割り当てる
manager-take = 担当から外す
manager-given = 現場を割り当てました。
manager-taken = 担当から外しました。
manager-gone = この利用者は、今は割り当てられません。一覧を確かめてください。
# Passkeys
passkeys-title = パスキー
passkeys-lead = パスワードのかわりに、スマートフォンやパソコンの指紋・顔・暗証番号でログインできます。パスキーがあると、パスワードでログインするときも、パスキーか回復コードを確認します。
passkeys-none = パスキーはまだありません。
passkey-name = パスキーの名前
passkey-name-hint = 例：事務所のパソコン、わたしのスマートフォン
passkey-since = 登録した日時
passkey-last-used = 最後に使った日時
passkey-never-used = まだ使っていません
passkey-change = 変更・削除
passkey-rename = 名前を変える
passkey-password = 削除するには、パスワードを入力
passkey-remove = 削除する
passkey-new-title = パスキーの登録
passkey-new-lead = 端末の案内に従って、指紋・顔・暗証番号で確認してください。
passkey-begin = パスキーを登録する
passkey-script = パスキーを使うには、ブラウザーのJavaScriptを有効にしてください。
passkey-not-answered = 確認できませんでした。取り消したか、この端末では使えないパスキーです。もう一度お試しください。
passkey-failed = パスキーを確認できませんでした。もう一度はじめからお試しください。
passkey-impossible = この接続先（IPアドレス）ではパスキーを使えません。名前のついたアドレスで開いてください。
passkey-made = パスキーを登録しました
passkey-renamed = 名前を変えました。
passkey-removed = パスキーを削除しました。
passkey-sign-in = パスキーでログインする
passkey-sign-in-title = パスキーでログイン
passkey-sign-in-lead = 端末の案内に従って、指紋・顔・暗証番号で確認してください。IDの入力は要りません。
passkey-with-password = IDとパスワードでログインする
passkey-factor-lead = 登録したパスキーで確認してください。
passkey-use = パスキーで確認する
factor-recovery = 回復コード
factor-recovery-hint = パスキーの端末がないときは、書き留めた回復コードを入力してください。
mail-passkey-added-subject = 【足場】パスキーが登録されました
mail-passkey-added =
    { $name } 様

    パスキー「{ $passkey }」が登録されました。
    お心当たりのない場合は、すぐに運営窓口へご連絡ください。
mail-passkey-removed-subject = 【足場】パスキーが削除されました
mail-passkey-removed =
    { $name } 様

    パスキー「{ $passkey }」が削除されました。
    お心当たりのない場合は、すぐに運営窓口へご連絡ください。
