import { numbers } from "../../i18n/numbers";
import type { Words } from ".";

const n = numbers("es");
const digits = (count: number): string => (count === 1 ? "1 dígito" : `${n.whole(count)} dígitos`);

export const es: Words = {
  title: "Foto",
  lead: "Fotografía o escanea unos números: Trazo encuentra los dígitos y los lee. La foto no sale de este dispositivo.",
  choose: "Elegir una foto",
  another: "Otra foto",
  photograph: "Hacer una foto",
  drop: "O pégala, o suéltala aquí.",
  help: "Se lee mejor tinta oscura en papel claro, un número por línea; el papel rayado o cuadriculado, las sombras y la tiza en pizarra no molestan.",
  reading: "Leyendo la foto…",
  read: (count, open) => (open === 0 ? `${digits(count)} leídos.` : `${digits(count)} leídos; ${n.whole(open)} sin seguridad, marcados con puntos.`),
  none: "En esta foto no hay números que Trazo sepa leer.",
  noneMore: "Los números deben ser bastante grandes (unos 20 puntos de alto) y estar separados de lo demás.",
  animated: "Esta imagen se mueve: se ha leído el primer fotograma.",
  picture: "La foto, con un recuadro por dígito",
  numbers: "Los números",
  copy: "Copiar",
  copied: "Copiado.",
  notCopied: "El navegador no ha dejado copiarlo: selecciona el texto.",
  box: (digit, line, place, open) => `${digit}, línea ${line}, dígito ${place}${open ? ", sin seguridad" : ""}`,
  noDigit: "No es un dígito",
  touch: "Toca un dígito en la foto para corregirlo.",
  which: (digit, open) => (open ? `Quizá un ${digit}. ¿Qué es?` : `Leído como ${digit}. ¿Es otra cosa?`),
  youSay: (digit) => `${digit}, como dices.`,
  leftOut: "Fuera: no es un dígito.",
  itIs: (digit) => `Es un ${digit}`,
  isNot: "No es un dígito",
  again: "Sí es un dígito",
  keys: "Teclas: 0–9 dicen qué es; Supr, que no es ninguno.",
  isNone: "Queda fuera del número.",
  taught: (digit) => `Es un ${n.whole(digit)}: guardado como ejemplo y aprendido.`,
  faults: {
    empty: "El archivo está vacío.",
    svg: "Los dibujos SVG no se abren, porque pueden llevar programas: guárdalo como PNG o JPEG.",
    "not-picture": "No es una imagen que Trazo conozca: usa JPEG, PNG, WebP, GIF, BMP, AVIF o HEIC.",
    "too-large": "La imagen es demasiado grande: como mucho 16.384 puntos de lado, 100 millones en total y 64 MB.",
    damaged: "La imagen está dañada o cortada, o es de un tipo que este navegador no muestra.",
    unsupported: "Este navegador no puede descomponer imágenes en segundo plano: usa uno más nuevo.",
    crowded: "Hay demasiadas marcas en esta imagen: haz una foto de unas pocas líneas de números.",
    unreadable: "El navegador no ha podido leer este archivo: quizá se ha movido, cambiado o bloqueado desde que lo elegiste.",
    failed: "No se ha podido leer la imagen. Inténtalo otra vez.",
  },
};
