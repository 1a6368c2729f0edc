using System.Diagnostics.CodeAnalysis;

namespace TransferLearning.Onnx;

/// <summary>The type of a tensor's numbers; the values are those of the ONNX standard.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names of the standard.")]
public enum OnnxElementType
{
    /// <summary>Not declared, or the value is not a tensor.</summary>
    Undefined = 0,

    /// <summary>32-bit float.</summary>
    Float = 1,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 2,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 3,

    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16 = 4,

    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 5,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 6,

    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 7,

    /// <summary>Text.</summary>
    String = 8,

    /// <summary>Truth value.</summary>
    Bool = 9,

    /// <summary>16-bit float (IEEE).</summary>
    Float16 = 10,

    /// <summary>64-bit float.</summary>
    Double = 11,

    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32 = 12,

    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64 = 13,

    /// <summary>Two 32-bit floats.</summary>
    Complex64 = 14,

    /// <summary>Two 64-bit floats.</summary>
    Complex128 = 15,

    /// <summary>16-bit float with 8 bits of exponent.</summary>
    BFloat16 = 16,

    /// <summary>8-bit float, 4 bits of exponent, finite only.</summary>
    Float8E4M3FN = 17,

    /// <summary>8-bit float, 4 bits of exponent, no negative zero.</summary>
    Float8E4M3FNUZ = 18,

    /// <summary>8-bit float, 5 bits of exponent.</summary>
    Float8E5M2 = 19,

    /// <summary>8-bit float, 5 bits of exponent, no negative zero.</summary>
    Float8E5M2FNUZ = 20,

    /// <summary>Unsigned 4-bit integer.</summary>
    UInt4 = 21,

    /// <summary>Signed 4-bit integer.</summary>
    Int4 = 22,

    /// <summary>4-bit float.</summary>
    Float4E2M1 = 23,

    /// <summary>8-bit power of two.</summary>
    Float8E8M0 = 24,

    /// <summary>Unsigned 2-bit integer.</summary>
    UInt2 = 25,

    /// <summary>Signed 2-bit integer.</summary>
    Int2 = 26,
}
