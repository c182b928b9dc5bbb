notice-company-ends = 事業者登録の有効期限は{ $day }です。「登録の申請」から更新してください。
notice-company-ends-subject = ［足場］事業者登録の有効期限は{ $day }です
notice-company-ends-mail = { $name } 様

    事業者登録の有効期限は{ $day }です。

    続けてお使いになるときは、ログインして「登録の申請」から更新を申請してください。更新しないと、期限のあとは閲覧だけになります。
notice-company-ended = 事業者登録の有効期限（{ $day }）が過ぎました。更新するまでは閲覧だけができます。
notice-company-ended-subject = ［足場］事業者登録の有効期限が過ぎました
notice-company-ended-mail = { $name } 様

    事業者登録の有効期限（{ $day }）が過ぎました。

    更新するまでは、登録内容と就業履歴の閲覧だけができます。新しい現場の登録、招待、承認、名簿の変更はできません。更新は、ログインして「登録の申請」から申請してください。
notice-card-ends = カードの有効期限は{ $day }です。「登録の申請」から更新してください。
notice-card-ends-subject = ［足場］カードの有効期限は{ $day }です
notice-card-ends-mail = { $name } 様

    技能者カードの有効期限は{ $day }です。

    ログインして「登録の申請」からカードの更新を申請してください。新しいカードが届くまで、いまのカードを使えます。
notice-card-ended = カードの有効期限（{ $day }）が過ぎました。「登録の申請」から更新してください。
notice-card-ended-subject = ［足場］カードの有効期限が過ぎました
notice-card-ended-mail = { $name } 様

    技能者カードの有効期限（{ $day }）が過ぎました。

    ログインして「登録の申請」からカードの更新を申請してください。
