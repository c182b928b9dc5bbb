sign-in-title = ログイン
sign-in-heading = ログイン
sign-in-lead = 働いた一日が、働いた人のものになる。建設の就業履歴を、みんなで見られる場所です。
sign-in-id = ログインID
sign-in-id-hint = 事業者ID、技能者ID（14桁）または管理者のID
sign-in-password = パスワード
sign-in-button = ログインする
sign-in-wrong = IDまたはパスワードが正しくありません。続けてまちがえると、{ $minutes }分間ログインできなくなります。
