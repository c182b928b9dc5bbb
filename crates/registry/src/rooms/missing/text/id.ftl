notice-missing-employer-not-linked = { $site }: beberapa hari kerja Anda belum dihitung karena perusahaan Anda belum terdaftar. Daftarkan perusahaan Anda paling lambat { $until }.
notice-missing-card-ends = Kartu karier Anda segera berakhir. Lakukan perpanjangan.
