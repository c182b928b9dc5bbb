device-setup-worker = ID pekerja tidak dapat menyiapkan pembaca kartu. Masuk dengan ID administrator perusahaan atau manajer proyek.
device-setup-may-not = ID ini tidak dapat menyiapkan pembaca kartu. Masuk dengan ID administrator perusahaan, atau manajer proyek tersebut.
device-setup-must-change = Akun ini masih memakai kata sandi awal. Ubah dulu di portal.
device-setup-sign-in-first = Waktunya habis. Silakan masuk lagi.
device-setup-no-site = Anda tidak mengelola pembaca kartu di proyek yang dipilih. Pilih lagi.
device-setup-over = Masa pencatatan proyek yang dipilih sudah berakhir. Pilih lagi.
device-setup-revoked = Pembaca dari penyiapan ini sudah dihentikan. Mulai penyiapan dari awal.
