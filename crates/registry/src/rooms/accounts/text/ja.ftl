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
