// The matrix multiply by itself, and the machine's peak, measured in the same worker in the same round.
import { peak } from "../peak.js";

export default async function kernels({ build }) {
  const { default: init, Matmul, element } = await import(`/kernels/${build}/kernels.js`);
  await init();
  const { spin, flops } = await peak(build === "relaxed");
  return {
    open({ matmul }) {
      const product = new Matmul(...matmul);
      return { multiply: (times) => product.run(times), spin, flops, free: () => product.free() };
    },
    /** How far the product is from the sum in double precision, at a hundred places. */
    verify({ work: { matmul: [m, k, n] } }) {
      const product = new Matmul(m, k, n);
      product.run(1);
      let worst = 0;
      for (let place = 0; place < 100; place++) {
        const [row, column] = [(place * 7) % m, (place * 31) % n];
        let sum = 0;
        for (let i = 0; i < k; i++) sum += element(row * k + i, 1) * element(i * n + column, 2);
        worst = Math.max(worst, Math.abs(product.result(row * n + column) - sum) / sum);
      }
      product.free();
      return { worst };
    },
  };
}
