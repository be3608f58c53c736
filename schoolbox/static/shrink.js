// Makes a picture from a phone small enough before it is sent; the box takes 200 kB. Without scripts it is sent as it is.
const SIDE = 1280;
const form = document.querySelector("[data-shrink]");

function drawn(picture, side) {
  const share = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * share));
  canvas.height = Math.max(1, Math.round(picture.height * share));
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function packed(picture, side, quality, most) {
  return new Promise((done) => drawn(picture, side).toBlob(done, "image/jpeg", quality)).then((blob) => {
    if (!blob || blob.size <= most || side < 200) return blob;
    return packed(picture, side * 0.8, Math.max(0.6, quality - 0.05), most);
  });
}

function shrink(field, file, most) {
  return createImageBitmap(file).then((picture) => packed(picture, SIDE, 0.85, most)).then((blob) => {
    if (!blob) return;
    const chosen = new DataTransfer();
    chosen.items.add(new File([blob], "picture.jpg", { type: "image/jpeg" }));
    field.files = chosen.files;
  });
}

// A field that is shown small says in data-most how small it is made.
function watch(field) {
  const most = Number(field.dataset.most || form.dataset.shrink);
  field.addEventListener("change", () => {
    const file = field.files[0];
    if (!file || file.size <= most || !window.createImageBitmap) return;
    const buttons = Array.from(form.querySelectorAll("button"));
    buttons.forEach((button) => { button.disabled = true; });
    const ready = () => buttons.forEach((button) => { button.disabled = false; });
    shrink(field, file, most).then(ready, ready);
  });
}

if (form) Array.from(form.querySelectorAll("input[type=file]")).forEach(watch);
