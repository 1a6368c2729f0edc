namespace TransferLearning.Tests.Training;

public sealed class OptimizerTests
{
    private const int Steps = 5;
    private const double Rate = 0.05;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sgd_follows_its_formula(bool nesterov)
    {
        var options = new SgdOptions { Momentum = 0.8, Nesterov = nesterov, WeightDecay = 0.1 };
        Compare(options, (weights, gradient, state, decays, rate, _) =>
        {
            double g = gradient + (decays ? 0.1 * weights : 0);
            state[0] = (0.8 * state[0]) + g;
            return weights - (rate * (nesterov ? g + (0.8 * state[0]) : state[0]));
        });
    }

    [Fact]
    public void Adam_follows_its_formula() => Compare(
        new AdamOptions { Beta1 = 0.7, Beta2 = 0.95, Epsilon = 1e-3, WeightDecay = 0.1 },
        (weight, gradient, state, decays, rate, step) => weight - (rate * AdamStep(gradient + (decays ? 0.1 * weight : 0), state, step)));

    [Fact]
    public void AdamW_decays_beside_the_step() => Compare(
        new AdamWOptions { Beta1 = 0.7, Beta2 = 0.95, Epsilon = 1e-3, WeightDecay = 0.1 },
        (weight, gradient, state, decays, rate, step) => weight - (
            decays ? rate * 0.1 * weight : 0) - (rate * AdamStep(gradient, state, step)));

    [Fact]
    public void Gradients_are_scaled_before_they_are_used()
    {
        var plain = Store(out var optimizer, new SgdOptions());
        optimizer.Update(plain, Rate, 1, 1);
        var scaled = Store(out optimizer, new SgdOptions());
        System.Numerics.Tensors.TensorPrimitives.Multiply(scaled.Gradients.Span, 4, scaled.Gradients.Span);
        optimizer.Update(scaled, Rate, 0.25f, 1);
        Assert.Equal(plain.Weights.ToArray(), scaled.Weights.ToArray());
    }

    private static double AdamStep(double gradient, double[] state, int step)
    {
        state[0] = (0.7 * state[0]) + (0.3 * gradient);
        state[1] = (0.95 * state[1]) + (0.05 * gradient * gradient);
        return state[0] / (1 - Math.Pow(0.7, step)) / (Math.Sqrt(state[1] / (1 - Math.Pow(0.95, step))) + 1e-3);
    }

    private static void Compare(OptimizerOptions options, Func<double, double, double[], bool, double, int, double> reference)
    {
        var store = Store(out var optimizer, options);
        for (int step = 1; step <= Steps; step++)
            optimizer.Update(store, Rate, 1, step);
        for (int p = 0; p < store.Parameters.Count; p++)
        {
            var parameter = store.Parameters[p];
            float[] weights = Start(p, parameter.Length), gradients = Start(p + 10, parameter.Length);
            float[] actual = store.Slice(store.Weights, p).ToArray();
            for (int i = 0; i < parameter.Length; i++)
            {
                double weight = weights[i];
                double[] state = new double[2];
                for (int step = 1; step <= Steps; step++)
                    weight = reference(weight, gradients[i], state, parameter.Decays, Rate * parameter.RateFactor, step);
                Assert.Equal(weight, actual[i], 1e-5);
            }
        }
    }

    private static ParameterStore Store(out TransferLearning.Optimizer optimizer, OptimizerOptions options)
    {
        optimizer = options.Create();
        var store = new ParameterStore(
            [new Parameter("weight", [5, 7], 0.5, true), new Parameter("bias", [7], 0.5, false), new Parameter("head", [40], 1, true)],
            optimizer.SlotCount);
        for (int p = 0; p < store.Parameters.Count; p++)
        {
            Start(p, store.Parameters[p].Length).CopyTo(store.Slice(store.Weights, p));
            Start(p + 10, store.Parameters[p].Length).CopyTo(store.Slice(store.Gradients, p));
        }

        return store;
    }

    private static float[] Start(int seed, int length)
    {
        var random = new SeededRandom(seed, RandomPurpose.Weights);
        return [.. Enumerable.Range(0, length).Select(_ => (float)random.NextGaussian())];
    }
}
