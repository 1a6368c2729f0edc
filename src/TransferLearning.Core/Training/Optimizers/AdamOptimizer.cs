using System.Numerics;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// <c>m ← β₁·m + (1−β₁)·g; v ← β₂·v + (1−β₂)·g²; w ← w − rate·(m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε)</c>. Decay is part of g, or, decoupled,
/// shrinks the weight beside the step.
/// </summary>
internal sealed class AdamOptimizer(double beta1, double beta2, double epsilon, double weightDecay, bool decoupled) : Optimizer
{
    public override int SlotCount => 2;

    public override double WeightDecay => weightDecay;

    /// <summary>The rate, and the corrections for the zeros that both means start from.</summary>
    public override int ScalarCount => 3;

    public override void Scalars(double learningRate, long step, Span<float> scalars)
    {
        scalars[0] = (float)learningRate;
        scalars[1] = (float)(1 / (1 - Math.Pow(beta1, step)));
        scalars[2] = (float)(1 / (1 - Math.Pow(beta2, step)));
    }

    public override (string Weights, IReadOnlyList<string> Slots) Append(OptimizerNodes nodes)
    {
        var graph = nodes.Graph;
        string gradient = decoupled ? nodes.Gradients : nodes.Penalized();
        string mean = nodes.Follow(nodes.Slots[0], beta1, gradient);
        string square = nodes.Follow(nodes.Slots[1], beta2, graph.Times(gradient, gradient));
        string root = graph.Add("Sqrt", [graph.Times(square, nodes.Scalars[2])]);
        string direction = graph.Over(mean, graph.Plus(root, graph.Scalar((float)epsilon)));
        string stepSize = graph.Times(nodes.Rate, nodes.Scalars[1]);
        string kept = decoupled && nodes.Decay is { } decay
            ? graph.Minus(nodes.Weights, graph.Times(graph.Times(nodes.Rate, decay), nodes.Weights))
            : nodes.Weights;
        return (graph.Minus(kept, graph.Times(stepSize, direction)), [mean, square]);
    }

    protected override void Update(
        ParameterStore parameters, int offset, int length, float rate, float decay, float gradientScale, long step)
    {
        var weights = ParameterStore.Vectors(parameters.Weights, offset, length);
        var gradients = ParameterStore.Vectors(parameters.Gradients, offset, length);
        var means = ParameterStore.Vectors(parameters.Slots[0], offset, length);
        var squares = ParameterStore.Vectors(parameters.Slots[1], offset, length);

        // The corrections for the zeros that the means start from go into the rate and into one factor under the root.
        var stepSize = new Vector<float>((float)(-rate / (1 - Math.Pow(beta1, step))));
        var unbias = new Vector<float>((float)(1 / (1 - Math.Pow(beta2, step))));
        var keepMean = new Vector<float>((float)beta1);
        var keepSquare = new Vector<float>((float)beta2);
        var takeMean = new Vector<float>((float)(1 - beta1));
        var takeSquare = new Vector<float>((float)(1 - beta2));
        var smallest = new Vector<float>((float)epsilon);
        var penalty = new Vector<float>(decoupled ? 0 : decay);
        var shrink = new Vector<float>(decoupled ? 1 - rate * decay : 1);
        var scale = new Vector<float>(gradientScale);
        for (int i = 0; i < weights.Length; i++)
        {
            var gradient = Vector.FusedMultiplyAdd(penalty, weights[i], scale * gradients[i]);
            var mean = Vector.FusedMultiplyAdd(keepMean, means[i], takeMean * gradient);
            var square = Vector.FusedMultiplyAdd(keepSquare, squares[i], takeSquare * gradient * gradient);
            means[i] = mean;
            squares[i] = square;
            weights[i] = Vector.FusedMultiplyAdd(stepSize, mean / (Vector.SquareRoot(square * unbias) + smallest), shrink * weights[i]);
        }
    }
}
