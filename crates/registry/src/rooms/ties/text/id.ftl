notice-tie-ended = { $company } mengakhiri ikatan kerja Anda dengan hari terakhir { $day }. Jika Anda tidak tahu alasannya, hubungi perusahaan.
notice-tie-end-taken-back = { $company } membatalkan pengakhiran itu. Anda tetap terikat dengan perusahaan.
