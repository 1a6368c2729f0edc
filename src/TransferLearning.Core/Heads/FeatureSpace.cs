using System.Buffers;
using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>
/// The space in which the weights are sought. A vector there is a pair: its numbers and its image, such that the scalar product of two
/// vectors is the ordinary product of the numbers of one with the image of the other.
/// </summary>
internal abstract class FeatureSpace
{
    /// <summary>The number of rows.</summary>
    public abstract int Rows { get; }

    /// <summary>The numbers of a vector for one class.</summary>
    public abstract int Length { get; }

    /// <summary>Whether numbers and image differ.</summary>
    public abstract bool HasImages { get; }

    /// <summary>An approximate inverse of the second derivatives; null where there is none.</summary>
    public virtual Preconditioner? Preconditioner => null;

    /// <summary>Adds Xᵀ · coefficients to a vector, and to its image where that differs.</summary>
    /// <param name="coefficients">C × rows.</param>
    /// <param name="numbers">C × length.</param>
    /// <param name="image">C × length, unused where vectors have no images of their own.</param>
    /// <param name="threads">The number of threads that may work.</param>
    public abstract void AddRows(float[] coefficients, Memory<double> numbers, Memory<double> image, int threads);

    /// <summary>The products of a vector with all rows.</summary>
    /// <param name="numbers">C × length.</param>
    /// <param name="image">C × length.</param>
    /// <param name="products">C × rows; overwritten.</param>
    /// <param name="threads">The number of threads that may work.</param>
    public abstract void Products(ReadOnlyMemory<double> numbers, ReadOnlyMemory<double> image, float[] products, int threads);
}

/// <summary>Weights as they are: one number for each standardised feature.</summary>
internal sealed class PrimalSpace(FeatureMatrix features, Preconditioner? preconditioner) : FeatureSpace
{
    public override Preconditioner? Preconditioner => preconditioner;

    public override int Rows => features.Rows;

    public override int Length => features.Columns;

    public override bool HasImages => false;

    public override void AddRows(float[] coefficients, Memory<double> numbers, Memory<double> image, int threads) =>
        DensePasses.CoefficientsTimesRows(features, coefficients, numbers, threads);

    public override void Products(ReadOnlyMemory<double> numbers, ReadOnlyMemory<double> image, float[] products, int threads)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(numbers.Length);
        var narrow = rented.AsMemory(0, numbers.Length);
        TensorPrimitives.ConvertTruncating(numbers.Span, narrow.Span);
        DensePasses.RowsTimesWeights(features, narrow, products, threads);
        ArrayPool<float>.Shared.Return(rented);
    }
}

/// <summary>Weights as combinations of rows: one number for each row; the image is K times the numbers.</summary>
internal sealed class RowSpace(FeatureMatrix rowProducts) : FeatureSpace
{
    public override int Rows => rowProducts.Rows;

    public override int Length => rowProducts.Rows;

    public override bool HasImages => true;

    public override void AddRows(float[] coefficients, Memory<double> numbers, Memory<double> image, int threads)
    {
        var result = new float[coefficients.Length];
        DensePasses.RowsTimesWeights(rowProducts, coefficients, result, threads);
        var numbersSpan = numbers.Span;
        var imageSpan = image.Span;
        for (int i = 0; i < coefficients.Length; i++)
        {
            numbersSpan[i] += coefficients[i];
            imageSpan[i] += result[i];
        }
    }

    /// <summary>The image of a vector is its products with the rows, so this costs nothing.</summary>
    public override void Products(ReadOnlyMemory<double> numbers, ReadOnlyMemory<double> image, float[] products, int threads) =>
        TensorPrimitives.ConvertTruncating(image.Span, products);
}
