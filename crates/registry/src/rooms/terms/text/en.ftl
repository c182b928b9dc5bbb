notice-company-ends = Your company's registration ends on { $day }. Renew it under “Applications”.
notice-company-ends-subject = [Ashiba] Your company's registration ends on { $day }
notice-company-ends-mail = { $name }

    Your company's registration ends on { $day }.

    Sign in and apply for the renewal under “Applications”. Without it, everything can only be read after that day.
notice-company-ended = Your company's registration ended on { $day }. Until it is renewed, everything can only be read.
notice-company-ended-subject = [Ashiba] Your company's registration has run out
notice-company-ended-mail = { $name }

    Your company's registration ended on { $day }.

    Until it is renewed, registration and histories can be read, but no site registered, nobody invited, nothing approved and no roster changed. Sign in and apply for the renewal under “Applications”.
notice-card-ends = Your card ends on { $day }. Renew it under “Applications”.
notice-card-ends-subject = [Ashiba] Your card ends on { $day }
notice-card-ends-mail = { $name }

    Your worker's card ends on { $day }.

    Sign in and apply for the renewal under “Applications”. The present card can be used until the new one has come.
notice-card-ended = Your card ended on { $day }. Renew it under “Applications”.
notice-card-ended-subject = [Ashiba] Your card has run out
notice-card-ended-mail = { $name }

    Your worker's card ended on { $day }.

    Sign in and apply for the renewal under “Applications”.
