"""Every verb of the log as a sentence, and every kind of thing by its word.

An event keeps a verb and references only. Here each verb gets the sentence that people read, with
``%(who)s`` in the place of the one who did it. A verb without a sentence is shown by ``OTHER``.
"""

from __future__ import annotations

from portal.kernel.refusal import N_

OTHER = N_("%(who)s melakukan langkah “%(verb)s”.")
"""Shown for a verb of another release, which this one has no sentence for."""

SENTENCES: dict[str, str] = {
    # regions, structure and people
    "add_region": N_("%(who)s menambahkan daerah."),
    "choose_agency_head_appraiser": N_("%(who)s menentukan penilai pimpinan perangkat daerah."),
    "apply_import": N_("%(who)s menerapkan berkas impor."),
    "drop_import": N_("%(who)s membatalkan berkas impor."),
    "upload_import": N_("%(who)s mengunggah berkas impor."),
    "deny_import": N_("%(who)s mencatat berkas impor yang tidak dapat diterapkan."),
    "fail_import": N_("%(who)s mencatat impor yang gagal."),
    "undo_import": N_("%(who)s menarik kembali impor."),
    "add_unit": N_("%(who)s membuat unit kerja."),
    "rename_unit": N_("%(who)s mengganti nama unit kerja."),
    "move_unit": N_("%(who)s memindahkan unit kerja."),
    "merge_unit": N_("%(who)s menggabungkan unit kerja."),
    "split_unit": N_("%(who)s memecah unit kerja."),
    "close_unit": N_("%(who)s mengakhiri unit kerja."),
    "add_position": N_("%(who)s membuat jabatan."),
    "close_position": N_("%(who)s mengakhiri jabatan."),
    "begin_tenure": N_("%(who)s mencatat awal masa jabatan."),
    "end_tenure": N_("%(who)s mencatat akhir masa jabatan."),
    "delegate_appraising": N_("%(who)s mencatat pelimpahan penilaian."),
    "end_delegation": N_("%(who)s mengakhiri pelimpahan penilaian."),
    "record_absence": N_("%(who)s mencatat cuti atau penugasan."),
    "end_absence": N_("%(who)s mengakhiri cuti atau penugasan."),
    # accounts and grants
    "open_account": N_("%(who)s membuat akun."),
    "sign_in": N_("%(who)s masuk."),
    "end_session": N_("%(who)s mengakhiri sebuah sesi."),
    "change_password": N_("%(who)s mengganti kata sandi."),
    "set_demo_password": N_("%(who)s memasang kata sandi peragaan."),
    "issue_slip": N_("%(who)s mencetak lembar aktivasi."),
    "spend_slip": N_("%(who)s menghabiskan percobaan lembar aktivasi."),
    "activate": N_("%(who)s mengaktifkan akun."),
    "issue_first_code": N_("%(who)s membuat kode administrator."),
    "grant": N_("%(who)s memberikan hak akses."),
    "end_grant": N_("%(who)s mengakhiri hak akses."),
    "appoint_assistant": N_("%(who)s menunjuk pengisi bantu."),
    "begin_assisting": N_("%(who)s mulai mengetik untuk orang lain."),
    "stop_assisting": N_("%(who)s berhenti mengetik untuk orang lain."),
    "confirm_typed": N_("%(who)s membenarkan yang diketik atas namanya."),
    "end_assistance": N_("%(who)s mengakhiri penunjukan pengisi bantu."),
    # policies and the year
    "load_policy": N_("%(who)s memuat kebijakan."),
    "open_cycle": N_("%(who)s membuka siklus tahun."),
    "open_period": N_("%(who)s membuka periode."),
    "enrol": N_("%(who)s mendaftarkan pegawai pada periode."),
    "rechain": N_("%(who)s menghitung ulang rantai penilai."),
    "rechain_enrolment": N_("%(who)s menyesuaikan penilai seorang pegawai dengan struktur."),
    "close_period": N_("%(who)s menutup periode."),
    "mark_not_obliged": N_("%(who)s mencatat pegawai tidak wajib SKP."),
    "undo_not_obliged": N_("%(who)s menarik catatan tidak wajib SKP."),
    # plans
    "start_plan": N_("%(who)s mulai menyusun SKP."),
    "add_result": N_("%(who)s menambah rencana hasil kerja."),
    "change_result": N_("%(who)s mengubah rencana hasil kerja."),
    "remove_result": N_("%(who)s menghapus rencana hasil kerja."),
    "add_indicator": N_("%(who)s menambah indikator."),
    "change_indicator": N_("%(who)s mengubah indikator."),
    "remove_indicator": N_("%(who)s menghapus indikator."),
    "write_expectations": N_("%(who)s menulis ekspektasi khusus."),
    "comment_expectations": N_("%(who)s mengomentari ekspektasi khusus."),
    "write_attachments": N_("%(who)s mengisi lampiran SKP."),
    "add_note": N_("%(who)s memberi catatan pada SKP."),
    "remove_note": N_("%(who)s menghapus catatannya."),
    "answer_note": N_("%(who)s menjawab catatan."),
    "submit_plan": N_("%(who)s mengajukan SKP."),
    "withdraw_plan": N_("%(who)s menarik kembali pengajuan SKP."),
    "review_plan": N_("%(who)s mereviu SKP."),
    "return_with_notes_plan": N_("%(who)s mengembalikan SKP dengan catatan."),
    "agree_plan": N_("%(who)s menyepakati SKP."),
    "sign_plan": N_("%(who)s menandatangani SKP."),
    "set_plan": N_("%(who)s menetapkan SKP."),
    "change_plan": N_("%(who)s mulai mengubah SKP yang sudah ditetapkan."),
    "drop_change_plan": N_("%(who)s membatalkan perubahan SKP."),
    "fill_matrix_row": N_("%(who)s mengisi baris matriks peran hasil."),
    "share_matrix": N_("%(who)s membagikan matriks peran hasil."),
    "expect_of_team": N_("%(who)s menulis ekspektasi perilaku bagi seluruh tim."),
    # the year's work
    "add_step": N_("%(who)s menambah langkah rencana aksi."),
    "change_step": N_("%(who)s mengubah langkah rencana aksi."),
    "finish_step": N_("%(who)s menyelesaikan langkah rencana aksi."),
    "reopen_step": N_("%(who)s membuka kembali langkah rencana aksi."),
    "agree_steps": N_("%(who)s menyepakati rencana aksi."),
    "record_progress": N_("%(who)s mencatat kemajuan."),
    "change_progress": N_("%(who)s mengubah catatan kemajuan."),
    "withdraw_progress": N_("%(who)s menarik catatan kemajuan."),
    "restore_progress": N_("%(who)s mengembalikan catatan kemajuan."),
    "give_feedback": N_("%(who)s memberi umpan balik."),
    "reply_to_feedback": N_("%(who)s menanggapi umpan balik."),
    # evaluations
    "save_report": N_("%(who)s menyimpan draf realisasi."),
    "report": N_("%(who)s melaporkan realisasi."),
    "reopen_report": N_("%(who)s mengembalikan laporan realisasi untuk diperbaiki."),
    "save_draft_rating": N_("%(who)s menyimpan draf penilaian."),
    "rate": N_("%(who)s menetapkan predikat."),
    "re_rate": N_("%(who)s mengubah predikat dengan alasan."),
    "hand_over": N_("%(who)s menyampaikan dokumen evaluasi."),
    "receive": N_("%(who)s menerima dan menandatangani dokumen evaluasi."),
    "close": N_("%(who)s menutup evaluasi."),
    "mark_not_evaluated": N_("%(who)s mencatat pegawai tidak dinilai."),
    "undo_not_evaluated": N_("%(who)s menarik catatan tidak dinilai."),
    "rate_organisation": N_("%(who)s menetapkan capaian kinerja organisasi."),
    # publications
    "prepare_publication": N_("%(who)s menyiapkan angka untuk diterbitkan."),
    "publish": N_("%(who)s menerbitkan angka."),
    "supersede_publication": N_("%(who)s mengganti terbitan dengan koreksi."),
    "discard_publication": N_("%(who)s membatalkan draf publikasi."),
    "withdraw_publication": N_("%(who)s menarik publikasi."),
    # services and their figures
    "add_service": N_("%(who)s mendaftarkan layanan."),
    "change_service": N_("%(who)s mengubah standar layanan."),
    "add_service_indicator": N_("%(who)s menambah indikator layanan."),
    "change_service_indicator": N_("%(who)s mengubah indikator layanan."),
    "record_value": N_("%(who)s mencatat angka layanan."),
    "correct_value": N_("%(who)s mengoreksi angka layanan."),
    "stage_values": N_("%(who)s mengunggah tabel angka layanan."),
    "apply_values": N_("%(who)s menerapkan tabel angka layanan."),
    "drop_values": N_("%(who)s membatalkan tabel angka layanan."),
    "release_service": N_("%(who)s menerbitkan angka layanan."),
    # other systems and the installation
    "reconcile": N_("%(who)s mencocokkan hasil dengan e-Kinerja BKN."),
    "retry_job": N_("%(who)s menjalankan lagi pekerjaan latar yang gagal."),
}
"""Verb → sentence; ``tests/rules/policy/test_history.py`` finds a verb that has none."""

SUBJECTS: dict[str, str] = {
    "plans": N_("SKP"),
    "evaluations": N_("Evaluasi"),
    "enrolments": N_("Keikutsertaan dalam periode"),
    "periods": N_("Periode"),
    "cycles": N_("Siklus"),
    "action_steps": N_("Langkah rencana aksi"),
    "progress_entries": N_("Catatan kemajuan"),
    "feedback": N_("Umpan balik"),
    "organisation_ratings": N_("Capaian kinerja organisasi"),
    "publications": N_("Publikasi"),
    "policy_versions": N_("Kebijakan"),
    "accounts": N_("Akun"),
    "sign_ins": N_("Sesi"),
    "grants": N_("Hak akses"),
    "assistances": N_("Pengisi bantu"),
    "regions": N_("Daerah"),
    "import_batches": N_("Berkas impor"),
    "units": N_("Unit kerja"),
    "positions": N_("Jabatan"),
    "tenures": N_("Masa jabatan"),
    "absences": N_("Cuti dan penugasan"),
    "services": N_("Layanan"),
    "service_indicators": N_("Indikator layanan"),
    "measurements": N_("Angka layanan"),
    "value_batches": N_("Tabel angka layanan"),
    "service_editions": N_("Terbitan layanan"),
    "reconciliations": N_("Rekonsiliasi e-Kinerja BKN"),
    "jobs": N_("Pekerjaan latar"),
}
"""Table of the subject → its word."""


def sentence_of(verb: str) -> str:
    """The sentence (a msgid) for ``verb``."""
    return SENTENCES.get(verb, OTHER)
