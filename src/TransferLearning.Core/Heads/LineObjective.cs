namespace TransferLearning;

/// <summary>
/// A point or a direction: its numbers and its image under the metric of the space (the same array in a Euclidean space).
/// </summary>
internal readonly record struct MetricVector(double[] Numbers, double[] Image)
{
    /// <summary>A vector of zeros.</summary>
    public static MetricVector Zero(int length, bool hasImage)
    {
        var numbers = new double[length];
        return new MetricVector(numbers, hasImage ? new double[length] : numbers);
    }

    /// <summary>Whether numbers and image are two arrays.</summary>
    public bool HasImage => !ReferenceEquals(Numbers, Image);

    /// <summary>The scalar product of the space.</summary>
    public static double Dot(MetricVector left, MetricVector right) =>
        System.Numerics.Tensors.TensorPrimitives.Dot<double>(left.Numbers, right.Image);

    /// <summary>Adds a multiple of another vector to this one.</summary>
    public void Add(double factor, MetricVector other)
    {
        System.Numerics.Tensors.TensorPrimitives.MultiplyAdd<double>(other.Numbers, factor, Numbers, Numbers);
        if (HasImage)
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd<double>(other.Image, factor, Image, Image);
    }

    /// <summary>Multiplies this vector.</summary>
    public void Scale(double factor)
    {
        System.Numerics.Tensors.TensorPrimitives.Multiply<double>(Numbers, factor, Numbers);
        if (HasImage)
            System.Numerics.Tensors.TensorPrimitives.Multiply<double>(Image, factor, Image);
    }

    /// <summary>Overwrites this vector.</summary>
    public void CopyFrom(MetricVector other)
    {
        other.Numbers.CopyTo(Numbers, 0);
        if (HasImage)
            other.Image.CopyTo(Image, 0);
    }
}

/// <summary>A smooth function that is evaluated along one direction at a time; trial steps along a direction are cheap.</summary>
internal interface ILineObjective
{
    /// <summary>The number of variables.</summary>
    int Length { get; }

    /// <summary>Whether vectors have images of their own.</summary>
    bool HasImages { get; }

    /// <summary>The part to which a step must bring the slope; small where trial steps cost little.</summary>
    double Curvature => 0.2;

    /// <summary>Writes the gradient at the current point.</summary>
    void Gradient(MetricVector gradient);

    /// <summary>
    /// Multiplies a vector with an approximate inverse of the second derivatives, symmetric and positive; false, and no change, where there
    /// is none.
    /// </summary>
    bool Precondition(MetricVector vector) => false;

    /// <summary>Chooses the direction of the next trial steps.</summary>
    void Face(MetricVector direction);

    /// <summary>Value and slope at <c>point + step · direction</c>.</summary>
    (double Value, double Slope) Along(double step);

    /// <summary>Makes <c>point + step · direction</c> the current point.</summary>
    void Move(double step);
}
