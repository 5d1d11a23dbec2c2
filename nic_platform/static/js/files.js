/* A photo is made small before it leaves the phone: quicker to send, and nothing that the camera wrote goes along.
   The server takes those traces out as well, and the form works without this file. */
(() => {
  "use strict";
  const LONGEST = 2000, QUALITY = 0.85, SMALL = 400000; // dots, share, bytes
  const shrink = async (file) => {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= SMALL) return file;
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
  };
  document.querySelectorAll("form[data-files] input[type=file]").forEach((input) => input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    try {
      const small = await shrink(file);
      if (small === file || input.files[0] !== file) return;
      const list = new DataTransfer();
      list.items.add(small);
      input.files = list.files;
    } catch { /* the server looks at it as it is */ }
  }));
})();
