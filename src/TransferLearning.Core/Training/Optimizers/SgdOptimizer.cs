using System.Numerics;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// <c>g ← scale·g + decay·w; m ← μ·m + g; w ← w − rate·m</c>, or <c>w ← w − rate·(g + μ·m)</c> with Nesterov's look-ahead.
/// </summary>
internal sealed class SgdOptimizer(SgdOptions options) : Optimizer
{
    public override int SlotCount => 1;

    public override double WeightDecay => options.WeightDecay;

    public override (string Weights, IReadOnlyList<string> Slots) Append(OptimizerNodes nodes)
    {
        var graph = nodes.Graph;
        string gradient = nodes.Penalized();
        string moved = graph.Plus(graph.Times(nodes.Slots[0], (float)options.Momentum), gradient);
        string direction = options.Nesterov ? graph.Plus(gradient, graph.Times(moved, (float)options.Momentum)) : moved;
        return (graph.Minus(nodes.Weights, graph.Times(nodes.Rate, direction)), [moved]);
    }

    protected override void Update(
        ParameterStore parameters, int offset, int length, float rate, float decay, float gradientScale, long step)
    {
        var weights = ParameterStore.Vectors(parameters.Weights, offset, length);
        var gradients = ParameterStore.Vectors(parameters.Gradients, offset, length);
        var momentum = ParameterStore.Vectors(parameters.Slots[0], offset, length);
        var mu = new Vector<float>((float)options.Momentum);
        var negativeRate = new Vector<float>(-rate);
        var decays = new Vector<float>(decay);
        var scale = new Vector<float>(gradientScale);
        for (int i = 0; i < weights.Length; i++)
        {
            var gradient = Vector.FusedMultiplyAdd(decays, weights[i], scale * gradients[i]);
            var moved = Vector.FusedMultiplyAdd(mu, momentum[i], gradient);
            momentum[i] = moved;
            var direction = options.Nesterov ? Vector.FusedMultiplyAdd(mu, moved, gradient) : moved;
            weights[i] = Vector.FusedMultiplyAdd(negativeRate, direction, weights[i]);
        }
    }
}
