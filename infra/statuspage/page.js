(function () {
  var note = document.getElementById("age");
  var minutes = Math.floor((Date.now() - Date.parse(note.dataset.made)) / 60000);
  if (minutes < Number(note.dataset.stale)) return;
  var hours = Math.floor(minutes / 60);
  note.textContent = "这一页是 " + (hours ? hours + " 小时 " : "") + (minutes % 60) + " 分钟前生成的，以下不一定是现况。";
  note.hidden = false;
})();
