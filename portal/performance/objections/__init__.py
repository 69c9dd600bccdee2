"""Objections and the appraiser's superior: what is contested, explained and decided; what stayed unsigned."""
