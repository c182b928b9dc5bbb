# The frame
app-name = 足場
skip-to-content = 本文へ移動
menu = メニュー
language = 言語
breadcrumbs = 現在の位置
sign-out = ログアウト
signed-in-as = ログイン中
waiting-count = 確認待ち { $count }件
footer-note = 建設技能者の就業履歴を蓄積するオープンソースの登録システム
printed-from = 足場 Ashiba
# Forms
form-errors = 入力内容を確認してください（{ $count }件）
form-fault = { $label }：{ $sentence }
form-required = 必須
form-optional = 任意
field-file-needed = ファイルを選んでください。
form-choose = 選択してください
button-save = 保存する
button-cancel = キャンセル
button-back = 戻る
button-search = 検索
button-next = 次へ
# Lists
page-previous = 前へ
page-next = 次へ
page-of = { $page } / { $pages } ページ
pagination = ページ
# Months
month-choose = 月をえらぶ
month-previous = 前の月
month-next = 次の月
# Errors
error-title-not-found = ページが見つかりません
error-title-forbidden = この操作はできません
error-title-broken = 処理を完了できませんでした
error-title-refused = 受け付けられませんでした
error-not-found = お探しのページはないか、ご覧になる権限がありません。
error-not-found-advice = アドレスを確かめるか、トップページからお進みください。
error-forbidden = この操作を行う権限がありません。
error-forbidden-advice = 権限が必要なときは、所属する事業者の責任者にご相談ください。
error-csrf = 画面を開いてから時間がたったか、別の画面から送信されたため、受け付けませんでした。何も変更されていません。
error-csrf-advice = 前の画面に戻り、再読み込みしてから、もう一度送信してください。
error-sign-in = ログインしてください。
error-too-large = 送信されたデータが大きすぎます。
error-too-large-advice = ファイルや行を分けて、もう一度お試しください。
error-files-too-large = 送信できるのは合計{ $megabytes }MBまでです。
error-files-too-large-advice = ファイルの数を減らすか、写真の大きさを小さくして、もう一度お試しください。
error-form = 送信内容を読み取れませんでした。
error-form-advice = 前の画面に戻り、もう一度お試しください。
error-method = この画面ではその操作はできません。
error-timeout = 時間内に処理が終わりませんでした。
error-timeout-advice = しばらくしてから、もう一度お試しください。
error-broken = システムの不具合により、処理を完了できませんでした。
error-broken-advice = しばらくしてから、もう一度お試しください。続くときは、下の受付番号をお知らせください。
error-csv-character = { $row }行目の文字「{ $character }」は、Shift_JIS（CP932）では書き出せません。UTF-8を選んでください。
error-reference = 受付番号
error-home = トップページへ
